import { setTimeout as wait } from 'node:timers/promises'
import type { Fault, FaultProxy } from './proxy.js'
import { intakePoints } from './schedule.js'
import type { Storm } from './storm.js'

/** What the workers' connections are called on the database server. */
export const workersName = 'storm'

/** What goes wrong; resolves when it is over, with how often it struck where that can be counted. */
export type Disturbance = {
  name: string
  begin: (storm: Storm, random: () => number) => Promise<number | undefined>
}

const points = [...intakePoints, 'before-smtp', 'after-smtp']

const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)]!

const between = (from: number, to: number, random: () => number): number =>
  Math.round(from + random() * (to - from))

/** Harms a wire for a while. */
const harm = async (wire: FaultProxy, args: { fault: Fault; ms: number }): Promise<number> => {
  const before = wire.hits()
  wire.harm(args.fault)
  await wait(args.ms)
  wire.harm(null)
  return wire.hits() - before
}

/** Whoever comes to the point first dies there, or somebody where they are. */
const killAt = async (storm: Storm, args: { point: string; patienceMs: number; random: () => number }) => {
  const { point, patienceMs, random } = args
  const { workers } = storm
  for (const worker of workers) worker.give({ act: 'arm', failpoint: point })
  const victim = pick(workers, random)
  const timer = setTimeout(() => victim.signal('SIGKILL'), patienceMs)
  const dead = await Promise.race(workers.map((worker) => worker.ended.then(() => worker)))
  clearTimeout(timer)
  for (const worker of workers) if (worker.isAlive()) worker.give({ act: 'arm', failpoint: '' })
  // The other one may have come to the point in the same moment.
  await wait(100)
  await storm.replace(dead)
  for (const worker of [...workers]) if (!worker.isAlive()) await storm.replace(worker)
  await recoverSending(storm)
}

/** What a dead worker was sending is looked at now instead of when its lease has run out. */
const recoverSending = ({ sql, table }: Storm) =>
  sql(
    `update ${table('outboundEmails')} set lease_until = now() - interval '1 ms' where state = 'sending' and lease_token is not null
       and lease_until < now() + interval '19 seconds'`,
  )

/** All that can go wrong between any two lines and on any wire. */
export const disturbances: readonly Disturbance[] = [
  {
    name: 'kill at a point',
    begin: async (storm, random) => {
      await killAt(storm, { point: pick(points, random), patienceMs: 2500, random })
      return undefined
    },
  },
  {
    name: 'kill anywhere',
    begin: async (storm, random) => {
      await killAt(storm, { point: '', patienceMs: between(0, 800, random), random })
      return undefined
    },
  },
  {
    name: 'deploy',
    begin: async (storm, random) => {
      const worker = pick(storm.workers, random)
      worker.give({ act: 'stop' })
      const how = await worker.ended
      if (how !== 0) throw new Error(`A worker that was told to stop ended with ${how}.`)
      await storm.replace(worker)
      return undefined
    },
  },
  {
    name: 'freeze past the leases',
    begin: async (storm, random) => {
      const worker = pick(storm.workers, random)
      worker.signal('SIGSTOP')
      await wait(between(100, 400, random))
      await storm.sql(
        `update ${storm.table('leases')} set expires_at = now() - interval '1 ms' where holder = $1`,
        [worker.workerId],
      )
      await wait(between(300, 1200, random))
      worker.signal('SIGCONT')
      return undefined
    },
  },
  {
    name: 'IMAP cut',
    begin: ({ mailboxes }, random) =>
      harm(pick(mailboxes, random).imap, {
        fault: { kind: 'cut', direction: 'toClient', after: between(200, 60_000, random) },
        ms: between(500, 2000, random),
      }),
  },
  {
    name: 'IMAP refused',
    begin: ({ mailboxes }, random) =>
      harm(pick(mailboxes, random).imap, { fault: { kind: 'refuse' }, ms: between(300, 1500, random) }),
  },
  {
    name: 'IMAP silent',
    begin: ({ mailboxes }, random) =>
      harm(pick(mailboxes, random).imap, {
        fault: { kind: 'drop', direction: 'toClient' },
        ms: between(500, 2000, random),
      }),
  },
  {
    name: 'IMAP slow',
    begin: ({ mailboxes }, random) =>
      harm(pick(mailboxes, random).imap, {
        fault: { kind: 'delay', ms: between(50, 300, random) },
        ms: between(500, 1500, random),
      }),
  },
  {
    name: 'database cut',
    begin: ({ wires }, random) =>
      harm(wires.database, {
        fault: {
          kind: 'cut',
          direction: pick(['toServer', 'toClient'], random),
          after: between(10, 40_000, random),
        },
        ms: between(300, 1500, random),
      }),
  },
  {
    name: 'COMMIT swallowed',
    begin: ({ wires }, random) =>
      harm(wires.database, { fault: { kind: 'swallow', when: /commit\0/i }, ms: between(300, 1500, random) }),
  },
  {
    name: 'database refused',
    begin: ({ wires }, random) =>
      harm(wires.database, { fault: { kind: 'refuse' }, ms: between(300, 1500, random) }),
  },
  {
    name: 'backends ended',
    begin: async ({ sql }, random) => {
      let count = 0
      for (let round = between(3, 8, random); round > 0; round--) {
        const ended = await sql(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and application_name = $1 and state <> 'idle'`,
          [workersName],
        )
        count += ended.length
        await wait(between(20, 200, random))
      }
      return count
    },
  },
  {
    name: 'SMTP cut',
    begin: ({ wires }, random) =>
      harm(wires.smtp, {
        fault: { kind: 'cut', direction: 'toServer', after: between(10, 3000, random) },
        ms: between(500, 1500, random),
      }),
  },
  {
    name: 'SMTP answer swallowed',
    begin: ({ wires }, random) =>
      harm(wires.smtp, { fault: { kind: 'swallow', when: /\r\n\.\r\n/ }, ms: between(500, 1500, random) }),
  },
  {
    name: 'UIDVALIDITY',
    begin: async ({ server, mailboxes }, random) => {
      server.changeUidValidity(pick(mailboxes, random).address)
      return undefined
    },
  },
]
