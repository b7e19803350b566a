// npm run faults: each fault test once, then storms of random faults, each with another seed.
// `-- --rounds=20 --mails=1000 --faults=20`; `-- --quick` is one small storm, as npm test has it.
// HELPDESK_SEED=n begins with that seed: the storms of a run that failed are played again (the same faults in the same
// order, not the same moments). Prints each storm's figures, and how many held.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureInstalled, root } from '../../dev/install.mjs'

ensureInstalled()

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    mails: { type: 'string', default: '1000' },
    faults: { type: 'string', default: '20' },
    quick: { type: 'boolean', default: false },
  },
})

const report = join(root, '.data', 'test', 'faults.json')

/** Runs some of the trips; how many passed and failed. */
const vitest = async (args, env = {}) => {
  mkdirSync(join(root, '.data', 'test'), { recursive: true })
  rmSync(report, { force: true })
  const child = spawn(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config=test/vitest.config.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...args,
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } },
  )
  const code = await new Promise((resolve) => child.once('exit', resolve))
  try {
    const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, 'utf8'))
    return { passed, failed: failed || (code === 0 ? 0 : 1) }
  } catch {
    return { passed: 0, failed: 1 }
  }
}

const storm = 'test/int/storm.spec.ts'
const lines = []
let failures = 0
const part = async (name, run) => {
  console.log(`\n── ${name}`)
  const began = Date.now()
  const { passed, failed } = await run
  failures += failed
  lines.push(`${name}: ${passed} held, ${failed} failed in ${Math.round((Date.now() - began) / 1000)} s`)
}

if (values.quick) await part('one small storm', vitest(['--project=int', storm]))
else {
  await part(
    'each fault once',
    vitest(['--project=int', '--project=faults', '-t', 'FT\\d\\d', `--exclude=${storm}`]),
  )
  await part(
    `${values.rounds} storms of ${values.mails} mails and ${values.faults} faults`,
    vitest(['--project=int', storm], {
      HELPDESK_STORM_ROUNDS: values.rounds,
      HELPDESK_STORM_MAILS: values.mails,
      HELPDESK_STORM_FAULTS: values.faults,
    }),
  )
}
console.log(`\n${lines.join('\n')}`)
process.exit(failures ? 1 : 0)
