// npm run faults: each fault test once, a backlog, then storms of random faults, each with another seed.
// `-- --rounds=20 --mails=1000 --faults=12`; `-- --quick` is one small storm, as npm test has it.
// npm run volumes: what npm test does in small numbers, in large ones. `-- --calls=10000 --events=1000 --tickets=1000`.
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
    // Of fifteen kinds, in another order each time.
    faults: { type: 'string', default: '12' },
    calls: { type: 'string', default: '10000' },
    quick: { type: 'boolean', default: false },
    volumes: { type: 'boolean', default: false },
    events: { type: 'string', default: '1000' },
    tickets: { type: 'string', default: '1000' },
  },
})

/** Runs some of the trips; how many passed and failed. */
const vitest = async (args, env = {}, name = 'faults') => {
  const report = join(root, '.data', 'test', `${name}.json`)
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
const calls = 'test/int/webhook-storm.spec.ts'
const backlog = 'test/faults/backlog.spec.ts'
const oneByOne = 'test/faults/oneByOne.spec.ts'
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
else if (values.volumes) {
  await part(
    `${values.calls} calls of a webhook`,
    vitest(['--project=int', calls], { HELPDESK_WEBHOOK_CALLS: values.calls }),
  )
  await part(
    `${values.events} events for three webhooks`,
    vitest(['--project=int', 'test/int/outgoing-storm.spec.ts'], { HELPDESK_WEBHOOK_EVENTS: values.events }),
  )
  await part(
    `${values.tickets} tickets resolved by a script`,
    vitest(['--project=int', 'test/int/notifications.spec.ts'], { HELPDESK_TEST_TICKETS: values.tickets }),
  )
} else {
  // Two at a time, as many as the cores of a small machine: these look at how quickly all is in place again.
  const two = '--maxWorkers=2'
  await part(
    'each fault once',
    vitest(['--project=faults', two, `--exclude=${backlog}`, `--exclude=${oneByOne}`]),
  )
  // These compare rates, which a neighbour would change.
  await part('one mailbox in trouble, the others keep their pace', vitest(['--project=faults', oneByOne]))
  await part(
    'each fault once, of the tests that npm test has too',
    vitest(['--project=int', '-t', 'FT\\d\\d', two, `--exclude=${storm}`]),
  )
  await part('a backlog', vitest(['--project=faults', backlog]))
  // Two at a time, each on a site of its own: a storm is mostly waiting for the next fault.
  const first = Number(process.env.HELPDESK_SEED ?? Date.now() % 1_000_000)
  const rounds = Number(values.rounds)
  const halves = [Math.ceil(rounds / 2), Math.floor(rounds / 2)].filter((count) => count > 0)
  const storms = halves.map((count, half) =>
    vitest(
      ['--project=int', storm],
      {
        HELPDESK_SEED: String(first + half * halves[0]),
        HELPDESK_STORM_ROUNDS: String(count),
        HELPDESK_STORM_MAILS: values.mails,
        HELPDESK_STORM_FAULTS: values.faults,
      },
      `storms-${half}`,
    ),
  )
  await part(
    `${values.rounds} storms of ${values.mails} mails and ${values.faults} faults`,
    Promise.all(storms).then((results) =>
      results.reduce((sum, { passed, failed }) => ({
        passed: sum.passed + passed,
        failed: sum.failed + failed,
      })),
    ),
  )
}
console.log(`\n${lines.join('\n')}`)
process.exit(failures ? 1 : 0)
