import type { Payload } from 'payload'
import { getHelpdesk } from '../../src/core/config.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import type { SlugKey } from '../../src/core/slugs.js'
import { isMessage, stateOf, type TestMail } from './mails.js'

/** What has become of all mails, counted. */
export type Ledger = {
  /** One sentence each; empty when every mail has become what it should, once. */
  wrong: string[]
  /** Mails that stand in no message. */
  lost: number
  /** Mails that stand in several messages. */
  doubled: number
  /** Sightings whose journal row tells of no end. */
  withoutVerdict: number
  opened: number
  appended: number
  duplicates: number
}

const databaseOf = (payload: Payload) => {
  const { slugs } = getHelpdesk(payload)
  return {
    table: (key: SlugKey): string => tableOf(payload, slugs[key]),
    sql: async <T>(text: string): Promise<T[]> => (await sqlOf({ payload }).query<T>(text)).rows,
  }
}

/** Compares what was delivered with what the site holds. */
export const checkLedger = async (payload: Payload, sightings: TestMail[]): Promise<Ledger> => {
  const wrong: string[] = []
  const { table, sql } = databaseOf(payload)

  const journal = await sql<{
    uid: number
    state: string
    verdict: string | null
    explanation: string | null
  }>(`select uid::int, state, verdict, explanation from ${table('inboundEmails')} order by uid`)
  if (journal.length !== sightings.length)
    wrong.push(`${sightings.length} mails were delivered, ${journal.length} stand in the journal`)
  for (const { uid, state, verdict, explanation } of journal) {
    const expected = sightings[uid - 1]?.becomes
    if (!expected || verdict !== expected || state !== stateOf(expected))
      wrong.push(`UID ${uid} is ${state} ${verdict} instead of ${expected}: ${explanation}`)
    if (!explanation) wrong.push(`UID ${uid} has no sentence`)
  }

  const { lost, doubled } = await checkMessages(payload, { sightings, wrong })
  const became = (verdict: TestMail['becomes']): number =>
    journal.filter((entry) => entry.verdict === verdict).length
  return {
    wrong,
    lost,
    doubled,
    withoutVerdict:
      Math.max(0, sightings.length - journal.length) + journal.filter(({ verdict }) => !verdict).length,
    opened: became('opened'),
    appended: became('appended'),
    duplicates: became('duplicate'),
  }
}

type MessagesArgs = {
  sightings: TestMail[]
  /** What is wrong is added here. */
  wrong: string[]
}

/** Compares the tickets, customers' messages and files with what was delivered. */
export const checkMessages = async (
  payload: Payload,
  { sightings, wrong }: MessagesArgs,
): Promise<Pick<Ledger, 'lost' | 'doubled'>> => {
  const { table, sql } = databaseOf(payload)
  const mails = sightings.filter(isMessage)
  const keyOf = `coalesce(nullif(m.message_id, ''), t.subject)`
  const messages = await sql<{ id: number; key: string; ticket: number }>(
    `select m.id, ${keyOf} key, m.ticket_id ticket from ${table('messages')} m
     join ${table('tickets')} t on t.id = m.ticket_id where m.kind = 'customer'`,
  )
  const byKey = new Map<string, (typeof messages)[number][]>()
  for (const message of messages) byKey.set(message.key, [...(byKey.get(message.key) ?? []), message])
  let lost = 0
  let doubled = 0
  for (const { key, opener } of mails) {
    const found = byKey.get(key) ?? []
    if (!found.length) lost++
    if (found.length > 1) doubled++
    if (found.length !== 1) wrong.push(`${key} stands in ${found.length} messages`)
    else if (found[0]!.ticket !== byKey.get(opener)?.[0]?.ticket)
      wrong.push(`${key} is not in the ticket of ${opener}`)
  }
  if (messages.length !== mails.length) wrong.push(`${mails.length} mails became ${messages.length} messages`)

  const opened = mails.filter(({ becomes }) => becomes === 'opened').length
  const [tickets] = await sql<{ all: number; numbers: number }>(
    `select count(*)::int "all", count(distinct number)::int numbers from ${table('tickets')}`,
  )
  if (tickets!.all !== opened || tickets!.numbers !== opened)
    wrong.push(`${opened} tickets should be open, there are ${tickets!.all} with ${tickets!.numbers} numbers`)

  const [told] = await sql<{ opened: number; replied: number }>(
    `select count(*) filter (where kind = 'ticketOpened')::int opened,
       count(*) filter (where kind = 'customerReplied')::int replied from ${table('activities')}`,
  )
  if (told!.opened !== opened) wrong.push(`${told!.opened} activities tell of ${opened} tickets`)

  const files = await sql<{ key: string | null; sha256: string }>(
    `select ${keyOf} key, a.sha256 from ${table('attachments')} a
     left join ${table('messages')} m on m.id = a.message_id
     left join ${table('tickets')} t on t.id = m.ticket_id where a.state <> 'pending'`,
  )
  for (const { key, files: expected } of mails) {
    const found = files.filter((file) => file.key === key).map(({ sha256 }) => sha256)
    if (found.join() !== expected.join())
      wrong.push(`${key} has ${found.length} files instead of ${expected.length}`)
  }
  if (files.length !== mails.flatMap((mail) => mail.files).length)
    wrong.push(`${files.length} files are linked`)
  return { lost, doubled }
}
