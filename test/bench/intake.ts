import { loadavg } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { buildSite } from '../../dev/build.js'
import { mailboxes } from '../../dev/seed/mailboxes.js'
import { root } from '../../dev/start.js'
import { startIntake, type Usage } from './intakeSite.js'
import { countFiles, makeMails } from './mails.js'
import { rawRate } from './raw.js'
import type { BenchArgs } from './site.js'
import { type Cell, quantile, table } from './table.js'

export type IntakeArgs = BenchArgs & {
  mails: number
  /** Tickets that are there before. */
  tickets?: number
  workers?: number
  webs?: number
}

/** Mails a second and what each costs, from mails that wait on an IMAP server to tickets. */
export const benchIntake = async (args: IntakeArgs & { runs: number }): Promise<void> => {
  const { say, mails, runs, tickets = 0 } = args
  say(
    `\nIntake: ${mails} mails, 70 % text of 2 kB, 25 % HTML of 30 kB, 5 % with a file of 200 kB, one mailbox, ${tickets} tickets before`,
  )
  const rows: Cell[][] = []
  for (let run = 1; run <= runs; run++) rows.push([run, ...cellsOf(await measureIntake(args), mails)])
  say(
    table(
      [
        'run',
        'journal → ticket, mails/s',
        'CPU s/mail',
        'worker',
        'Postgres',
        'raw SQL, mails/s',
        'end to end, mails/s',
        'CPU s/mail',
        'worker',
        'Postgres',
        'IMAP server',
        'MB early',
        'MB late',
        'idle CPU %',
        'alone ms',
        'load',
      ],
      rows,
    ),
  )
  say(
    'journal → ticket: the mails lie in the journal and become tickets; end to end: fetched by IMAP as well',
  )
  say(
    'CPU s/mail: the worker with its parsers, and Postgres. raw SQL: the same rows, written by nothing but SQL',
  )
  say(
    'MB: the most that the worker and its parsers had in the first and in the last third of the mails; alone ms: from the delivery of one mail to an idle worker until it is a ticket, median of 5',
  )
}

/** One worker alone, then several with web processes beside them, on the same machine. */
export const benchScale = async (args: IntakeArgs & { runs: number }): Promise<void> => {
  const { say, mails, runs } = args
  await buildSite({ root, dist: '.next-test' })
  say(
    `\nScale: ${mails} mails in ${mailboxes.length} mailboxes, all of them waiting at the start, after as many to warm up`,
  )
  const rows: Cell[][] = []
  const sums = { one: 0, four: 0 }
  // Taken in turns: a machine that is slower for a while shall be so for both.
  for (let run = 1; run <= runs; run++) {
    for (const [workers, webs] of [
      [1, 0],
      [4, 2],
    ] as const) {
      const { whole } = await measureIntake({ ...args, workers, webs, spread: true })
      sums[workers === 1 ? 'one' : 'four'] += whole.rate
      const busiest = (Math.max(...whole.workers) / whole.worker) * 100
      rows.push([workers, webs, whole.rate.toFixed(0), each(whole.worker, mails), busiest.toFixed(0)])
    }
  }
  say(
    table(
      ['workers', 'web processes', 'end to end, mails/s', 'workers’ CPU s/mail', 'the busiest’s part %'],
      rows,
    ),
  )
  say(`four to one: ${(sums.four / sums.one).toFixed(2)}`)
  say('the busiest’s part: of the workers’ CPU time, that of the one that used most, with its parsers')
}

type Phase = { rate: number; worker: number; workers: number[]; postgres: number; imap: number }
type Result = {
  journal: Phase
  whole: Phase
  raw: number
  early: number
  late: number
  idle: number
  alone: number[]
}

const each = (seconds: number, mails: number): string =>
  Number.isNaN(seconds) ? '–' : (seconds / mails).toFixed(4)

const cellsOf = (result: Result, mails: number): Cell[] => {
  const phase = ({ rate, worker, postgres }: Phase): Cell[] => [
    rate.toFixed(0),
    each(worker + postgres, mails),
    each(worker, mails),
    each(postgres, mails),
  ]
  return [
    ...phase(result.journal),
    result.raw.toFixed(0),
    ...phase(result.whole),
    each(result.whole.imap, mails),
    result.early.toFixed(0),
    result.late.toFixed(0),
    result.idle.toFixed(1),
    quantile(result.alone, 0.5).toFixed(0),
    loadavg()[0]!.toFixed(1),
  ]
}

/** Mails that come one by one before all the others. */
const singles = 5

const measureIntake = async (args: IntakeArgs & { spread?: boolean }): Promise<Result> => {
  const { mails, spread = false } = args
  const intake = await startIntake(args)
  const { site, usage, until } = intake
  try {
    await wait(2000)
    const idleMs = 5000
    const idleBefore = usage().worker
    await wait(idleMs)
    const idle = ((usage().worker - idleBefore) / idleMs) * 100_000
    const alone = await delays(intake)

    const place = (index: number) => mailboxes[spread ? index % mailboxes.length : 0]!.address
    const deliver = (raws: string[]) => {
      for (const [index, raw] of raws.entries())
        site.deliver({ to: place(index), raw: raw.replace('support@acme.test', place(index)) })
    }
    // As it is on a running site: what a fresh process needs to become quick is not counted, of one or of several.
    const warmUp = spread ? mails : 0
    if (warmUp) {
      deliver(makeMails(warmUp, 'warm'))
      await until('the workers are warm', async () => (await intake.done()) >= singles + warmUp)
    }
    const done = async () => (await intake.done()) - singles - warmUp
    const megabytes: { done: number; megabytes: number }[] = []

    // All of it at once, as it comes.
    const began = Date.now()
    const before = usage()
    deliver(makeMails(mails))
    await until('all mails are tickets', async () => {
      megabytes.push({ done: await done(), megabytes: usage().megabytes })
      return megabytes.at(-1)!.done >= mails
    })
    const whole = phaseOf({
      mails,
      seconds: ((await intake.lastDone()) - began) / 1000,
      before,
      after: usage(),
    })

    // Then what lies in the journal already.
    let journal: Phase = {
      rate: Number.NaN,
      worker: Number.NaN,
      workers: [],
      postgres: Number.NaN,
      imap: Number.NaN,
    }
    if (!spread) {
      await intake.hold()
      deliver(makeMails(mails, 'second'))
      await until('all mails are in the journal', async () => (await intake.arrived()) >= 2 * mails + singles)
      await wait(1000)
      const start = usage()
      const startedAt = Date.now()
      await intake.letGo()
      await until('all mails are tickets', async () => (await done()) >= 2 * mails)
      journal = phaseOf({
        mails,
        seconds: ((await intake.lastDone()) - startedAt) / 1000,
        before: start,
        after: usage(),
      })
    }
    await check(intake, { mails: 2 * mails, files: countFiles(mails) * 2 })
    const third = (from: number, to: number) =>
      Math.max(0, ...megabytes.filter((at) => at.done >= from && at.done <= to).map((at) => at.megabytes))
    return {
      journal,
      whole,
      raw: spread ? Number.NaN : await rawRate(intake.client, mails),
      early: third(0, mails / 3),
      late: third((mails * 2) / 3, mails),
      idle,
      alone,
    }
  } finally {
    await intake.stop()
  }
}

type PhaseArgs = { mails: number; seconds: number; before: Usage; after: Usage }

const phaseOf = ({ mails, seconds, before, after }: PhaseArgs): Phase => ({
  rate: mails / seconds,
  worker: after.worker - before.worker,
  workers: after.each.map((seconds, index) => seconds - before.each[index]!),
  postgres: after.postgres - before.postgres,
  imap: after.imap - before.imap,
})

type Intake = Awaited<ReturnType<typeof startIntake>>

const check = async (
  { count, countNew, before }: Intake,
  args: { mails: number; files: number },
): Promise<void> => {
  const opened = await countNew(`verdict = 'opened'`)
  const tickets = (await count('tickets')) - before.tickets
  const files = await count(`helpdesk_attachments where state = 'linked'`)
  const all = args.mails + singles
  if (opened !== all || tickets !== all || files !== args.files)
    throw new Error(`${all} mails became ${tickets} tickets with ${files} files; ${opened} were opened.`)
}

/** Milliseconds from the delivery of a mail to its ticket, where nothing else is going on. */
const delays = async ({ site, done, until, lastDone }: Intake): Promise<number[]> => {
  const texts = makeMails(20).filter((raw) => !raw.includes('multipart/'))
  const found: number[] = []
  for (const raw of texts.slice(0, singles)) {
    const began = Date.now()
    site.deliver({ to: mailboxes[0].address, raw })
    await until('one mail is a ticket', async () => (await done()) > found.length)
    found.push((await lastDone()) - began)
    await wait(500)
  }
  return found
}
