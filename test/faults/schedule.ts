import { setTimeout as wait } from 'node:timers/promises'
import type { FaultDesk, WorkerProcess } from './desk.js'
import type { Ledger } from './ledger.js'
import type { TestMail } from './mails.js'

/** Where a worker may die while it takes mail in. */
export const intakePoints = [
  'after-fetch',
  'before-journal-commit',
  'after-journal-commit',
  'after-attempt-mark',
  'before-parse',
  'after-attachments',
  'before-verb-commit',
  'after-verb-commit',
  'before-flag',
  'after-flag',
]

/** Where a worker dies here; '' = anywhere. */
const points = [...intakePoints, '']

export type KillArgs = {
  desk: FaultDesk
  mails: TestMail[]
  kills: number
  random: () => number
  /** Where they die, one after the other, instead of at every point. */
  order?: string[]
}

export type Killed = {
  /** Where each worker died, in order. */
  deaths: string[]
  /** UIDs that were marked on the server at a moment when their mail had no verdict with us. */
  flaggedUnsafe: number[]
}

/** Every point as often as the others, in an order of chance. */
const shuffled = (count: number, random: () => number): string[] =>
  Array.from({ length: count }, (_, index) => ({ point: points[index % points.length]!, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ point }) => point)

/** A point that nobody came to has another turn, in place of one that needs none. */
const tryAgain = (order: string[], args: { after: number; deaths: string[] }): void => {
  const { after, deaths } = args
  const point = order[after]!
  if (!point || deaths.includes(point) || order.includes(point, after + 1)) return
  const isFree = (other: string, index: number): boolean =>
    index > after && (!other || deaths.includes(other) || order.indexOf(other, after + 1) !== index)
  const place = order.findLastIndex(isFree)
  if (place >= 0) order[place] = point
}

/** A worker that has not reached its point by then dies where it is; one whose point was chosen has time to come there. */
const patience = { ofChance: 5000, ofOrder: 30_000 }

/**
 * Delivers mails bit by bit to two workers, kills them with SIGKILL at random points and puts others in their
 * place; then lets the last ones work everything off.
 */
export const killWorkers = async ({ desk, mails, kills, random, ...given }: KillArgs): Promise<Killed> => {
  const order = given.order ?? shuffled(kills, random)
  const patienceMs = given.order ? patience.ofOrder : patience.ofChance
  const spares: Promise<WorkerProcess>[] = []
  let left = kills + 1
  /** One takes each dead worker's place, and one more is there for the end. */
  const addSpare = (): void => {
    if (left-- > 0) spares.push(desk.worker({ isWaiting: true }))
  }
  let timer: NodeJS.Timeout | undefined
  const disarm = (workers: WorkerProcess[]): void => {
    clearTimeout(timer)
    for (const worker of workers) if (worker.isAlive()) worker.give({ act: 'arm', failpoint: '' })
  }
  /** Both die at the same point: whoever comes there first is the one. */
  const arm = (workers: WorkerProcess[], point: string): void => {
    disarm(workers)
    for (const worker of workers) if (worker.isAlive()) worker.give({ act: 'arm', failpoint: point })
    const victim = workers[Math.floor(random() * workers.length)]!
    timer = setTimeout(() => victim.signal('SIGKILL'), point ? patienceMs : random() * 800)
  }
  let delivered = 0
  const deliver = (count: number): void => {
    for (const mail of mails.slice(delivered, delivered + count))
      desk.server.deliver({ to: 'help@acme.test', raw: mail.raw })
    delivered += count
  }
  const result: Killed = { deaths: [], flaggedUnsafe: [] }

  const workers = await Promise.all([desk.worker(), desk.worker()])
  addSpare()
  addSpare()
  await desk.connected()
  for (const [turn, point] of order.entries()) {
    arm(workers, point)
    const began = Date.now()
    deliver(Math.ceil(mails.length / kills))
    const index = await Promise.race(
      workers.map(async (worker, place) => {
        await worker.ended
        return place
      }),
    )
    disarm(workers)
    const dead = workers[index]!
    const how = await dead.ended
    if (how !== 'SIGKILL') throw new Error(`A worker ended by itself: ${how}`)
    result.deaths.push(point && Date.now() - began < patienceMs ? point : 'anywhere')
    tryAgain(order, { after: turn, deaths: result.deaths })
    await desk.age(dead)
    // Whatever is marked on the server is safe with us.
    const seen = await desk.seen()
    const safe = new Set((await doneUids(desk)).map(({ uid }) => uid))
    result.flaggedUnsafe.push(...seen.filter((uid) => !safe.has(uid)))
    const next = await spares.shift()!
    addSpare()
    next.give({ act: 'work', workerId: next.workerId })
    workers[index] = next
  }
  deliver(mails.length)
  await workOff({ desk, workers, spare: spares.shift(), count: mails.length })
  return result
}

const doneUids = (desk: FaultDesk): Promise<{ uid: number }[]> =>
  desk.sql<{ uid: number }>(`select uid::int from ${desk.table('inboundEmails')} where state = 'done'`)

type WorkOffArgs = {
  desk: FaultDesk
  workers: WorkerProcess[]
  spare: Promise<WorkerProcess> | undefined
  count: number
}

/** Nobody is killed any more; whoever was on the way to die all the same is replaced. */
const workOff = async ({ desk, workers, spare, count }: WorkOffArgs): Promise<void> => {
  await wait(1000)
  for (const worker of workers) if (!worker.isAlive()) await desk.age(worker)
  const last = await spare
  if (last && workers.some((worker) => !worker.isAlive())) last.give({ act: 'work', workerId: last.workerId })
  const until = Date.now() + 90_000
  while ((await doneUids(desk)).length < count && Date.now() < until) await wait(250)
}

/** The figures of a run, as one printed line. */
export const sayLedger = (args: {
  seed: number
  mails: TestMail[]
  deaths: string[]
  ledger: Ledger
}): string => {
  const { seed, mails, deaths, ledger } = args
  const { lost, doubled, withoutVerdict, opened, appended, duplicates } = ledger
  return [
    `HELPDESK_SEED=${seed}: ${mails.length} mails, 2 workers, ${deaths.length} × SIGKILL:`,
    `${lost} lost, ${doubled} doubled, ${withoutVerdict} without verdict`,
    `(${opened} opened, ${appended} appended, ${duplicates} known duplicates)`,
    `\nkilled at: ${deaths.join(' ')}`,
  ].join(' ')
}
