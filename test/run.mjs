// npm test: installs what is missing, runs every check, and ends with the sum. `npm test -- unit int` runs some.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { ensureInstalled, root } from '../dev/install.mjs'

ensureInstalled()

const reports = join(root, '.data', 'test')
mkdirSync(reports, { recursive: true })

/**
 * Runs a command to its end, and ends what it leaves behind; a hanging one is ended with all its children. What a quiet
 * one says is printed when it is done.
 */
const run = (command, args, { minutes, env = {}, isQuiet = false }) =>
  new Promise((resolve) => {
    const said = isQuiet ? 'pipe' : 'inherit'
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', said, said],
      detached: process.platform !== 'win32',
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', FORCE_COLOR: '0', ...env },
    })
    const kill = (signal) => {
      try {
        process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal)
      } catch {
        // It has ended in the meantime.
      }
    }
    const pieces = []
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece) => pieces.push(piece))
    running.add(kill)
    const timer = setTimeout(() => {
      console.error(`\nEnded after ${minutes} minutes.`)
      kill('SIGKILL')
    }, minutes * 60_000)
    child.once('exit', (code) => {
      clearTimeout(timer)
      running.delete(kill)
      kill('SIGKILL')
      if (pieces.length) process.stdout.write(Buffer.concat(pieces))
      resolve(code ?? 1)
    })
  })

/** Ends each of what runs now. */
const running = new Set()
const killAll = (signal) => {
  for (const kill of running) kill(signal)
}
let isStopped = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    // The tests put away what they have made; a second signal does not wait for it.
    if (isStopped || !running.size) process.exit(1)
    isStopped = true
    killAll(signal === 'SIGHUP' ? 'SIGTERM' : signal)
    setTimeout(() => killAll('SIGKILL'), 20_000).unref()
  })

const node = (...args) => [process.execPath, args]

const readReport = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** A check that passes or fails as a whole. */
const whole =
  (minutes, ...commands) =>
  async () => {
    for (const [command, args] of commands)
      if ((await run(command, args, { minutes, isQuiet: true })) !== 0) return { passed: 0, failed: 1 }
    return { passed: 1, failed: 0 }
  }

/** Tests that write a report; a run that ends badly without a failed test counts as one. */
const counted = (name, minutes, command, env, count) => async () => {
  const report = join(reports, `${name}.json`)
  for (const old of [report, outsideOf(name)]) rmSync(old, { force: true })
  const code = await run(...command(report), { minutes, env: env(report) })
  const content = readReport(report)
  const { passed = 0, failed = 0, skipped = 0, which = [] } = content ? count(content) : {}
  return { passed, failed: failed || (code === 0 && content ? 0 : 1), skipped, which }
}

/** A file that could not be loaded or set up: none of its tests says so. */
const isBroken = ({ status, assertionResults }) =>
  status === 'failed' && !assertionResults.some((test) => test.status === 'failed')

/** The failed ones of vitest's report, each as a line: its file, its name and the first line of why. */
const failuresOf = (testResults) =>
  testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => `${relative(root, name)}: ${test.fullName}: ${firstLine(test.failureMessages?.[0])}`),
  )

/** Playwright's: files hold groups, groups hold tests. */
const specsOf = ({ suites = [], specs = [], file, title }) => [
  ...specs.map((spec) => ({ ...spec, name: title === file ? spec.title : `${title} › ${spec.title}` })),
  ...suites.flatMap(specsOf),
]

/** What it says of a test that failed, at its first try where a later one did not. */
const whyOf = ({ tests }) =>
  tests.flatMap(({ results }) => results.map(({ error }) => error?.message)).find((message) => message)

/** Without the colours of a terminal. */
const firstLine = (text) => stripVTControlCharacters(String(text ?? 'it does not say why')).split('\n', 1)[0]

/** Where `steady.ts` says what failed outside of tests. */
const outsideOf = (project) => join(reports, `${project}-outside.json`)

const vitest = (project, minutes) =>
  counted(
    project,
    minutes,
    (report) =>
      node(
        'node_modules/vitest/vitest.mjs',
        'run',
        '--config=test/vitest.config.ts',
        `--project=${project}`,
        '--reporter=default',
        '--reporter=./test/steady.ts',
        '--reporter=json',
        `--outputFile.json=${report}`,
      ),
    () => ({ HELPDESK_FAILED_OUTSIDE: outsideOf(project) }),
    ({ numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }) => ({
      passed: numPassedTests,
      failed: numFailedTests + testResults.filter(isBroken).length,
      skipped: numPendingTests + numTodoTests,
      which: [...failuresOf(testResults), ...(readReport(outsideOf(project)) ?? []).map(firstLine)],
    }),
  )

const playwright = async () => {
  const { tsImport } = await import('tsx/esm/api')
  const { getBrowser, howToGetBrowser } = await tsImport('./e2e/browser.ts', import.meta.url)
  if (!getBrowser()) {
    console.error(howToGetBrowser)
    return { passed: 0, failed: 1 }
  }
  return counted(
    'e2e',
    30,
    () => node('node_modules/@playwright/test/cli.js', 'test', '--config=test/e2e/playwright.config.ts'),
    (report) => ({ HELPDESK_E2E_REPORT: report, ...(isBuilt && { HELPDESK_BUILT: '1' }) }),
    ({ stats, suites, errors }) => ({
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky,
      skipped: stats.skipped,
      which: [
        ...specsOf({ suites })
          .filter((spec) => !spec.ok || spec.tests.some((test) => test.status === 'flaky'))
          .map((spec) => `${spec.file}: ${spec.name}: ${firstLine(whyOf(spec))}`),
        ...errors.map(({ message }) => firstLine(message)),
      ],
    }),
  )()
}

let isBuilt = false
const tsc = 'node_modules/typescript/bin/tsc'
const steps = {
  build: async () => {
    const result = await whole(5, node('dev/build.mjs'), node('test/newcomer/packed.mjs'))()
    isBuilt = result.failed === 0
    return result
  },
  types: whole(
    5,
    node(tsc, '--noEmit', '-p', 'tsconfig.json'),
    node(tsc, '--noEmit', '-p', 'dev/tsconfig.json'),
  ),
  lint: whole(
    3,
    node('node_modules/@biomejs/biome/bin/biome', 'check', '--config-path=test', '--error-on-warnings', '.'),
  ),
  unit: vitest('unit', 10),
  int: vitest('int', 20),
  e2e: playwright,
}

const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !(name in steps))
if (unknown) {
  console.error(`There is no step "${unknown}"; there are ${Object.keys(steps).join(', ')}.`)
  process.exit(1)
}

const sum = { passed: 0, failed: 0, skipped: 0 }
const lines = []
const chosen = Object.entries(steps).filter(([name]) => !wanted.length || wanted.includes(name))
/** These need one core each, and say little: they go side by side. */
const beside = ['build', 'types', 'lint']
const timed = async (step) => {
  const begun = Date.now()
  return { ...(await step()), seconds: Math.round((Date.now() - begun) / 1000) }
}
const started = new Map(
  chosen.filter(([name]) => beside.includes(name)).map(([name, step]) => [name, timed(step)]),
)
for (const [name, step] of chosen) {
  console.log(`\n── ${name}`)
  const { passed, failed, skipped = 0, which = [], seconds } = await (started.get(name) ?? timed(step))
  if (isStopped) break
  sum.passed += passed
  sum.failed += failed
  sum.skipped += skipped
  lines.push(
    `${failed ? 'FAILED' : 'ok'}`.padEnd(7) +
      `${name.padEnd(6)} ${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''} in ${seconds} s`,
    ...which.map((line) => `       ${line}`),
  )
}

/** A server of the tests that a killed step has left running is stopped by the last one who gives it back. */
const stopDatabase = async () => {
  const { tsImport } = await import('tsx/esm/api')
  const { startDatabase } = await tsImport('../dev/database/index.ts', import.meta.url)
  await (await startDatabase({ name: 'test-postgres' })).close()
}
if (!process.env.DATABASE_URL && existsSync(join(root, '.data', 'test-postgres.json')))
  await stopDatabase().catch((error) => console.error(error))
if (isStopped) process.exit(1)

console.log(`\n${lines.join('\n')}\n`)
console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped ? `, ${sum.skipped} skipped` : ''}`)
process.exit(sum.failed ? 1 : 0)
