// npm run faults: the kill tests again and again, each round with another seed; `-- --rounds=5 --mails=500 --kills=50`.
// HELPDESK_SEED=n plays the rounds of a run that failed again. Prints each round's figures, and how many held.
import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { ensureInstalled, root } from '../../dev/install.mjs'

ensureInstalled()

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    mails: { type: 'string', default: '500' },
    kills: { type: 'string', default: '50' },
  },
})

const specs = ['killIntake', 'killReply', 'killLease', 'commitFaults']

const round = (seed) =>
  new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', '--config=test/vitest.config.ts', '--project=int'].concat(
        specs.map((name) => `test/int/${name}.spec.ts`),
      ),
      {
        cwd: root,
        stdio: ['ignore', 'inherit', 'inherit'],
        env: {
          ...process.env,
          HELPDESK_SEED: String(seed),
          HELPDESK_FAULT_MAILS: values.mails,
          HELPDESK_FAULT_KILLS: values.kills,
        },
      },
    )
    child.once('exit', (code) => resolve(code === 0))
  })

const first = Number(process.env.HELPDESK_SEED ?? Date.now() % 1_000_000)
const rounds = Number(values.rounds)
const failed = []
for (let number = 0; number < rounds; number++) {
  const seed = first + number
  console.log(`\n── round ${number + 1} of ${rounds}, HELPDESK_SEED=${seed}`)
  if (!(await round(seed))) failed.push(seed)
}
console.log(
  `\n${rounds} rounds of ${values.mails} mails and ${values.kills} kills: ${rounds - failed.length} held, ${failed.length} failed`,
)
if (failed.length) console.log(`failed with HELPDESK_SEED=${failed.join(', ')}`)
process.exit(failed.length ? 1 : 0)
