import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLocalReq } from 'payload'
import type { DocID, RecipientState } from '../../src/collections/types.js'
import { getHelpdesk } from '../../src/core/config.js'
import { readRaws, sha256 } from '../../src/mail/inbound/raw.js'
import { checkMessages } from './ledger.js'
import { isByMachine, stateOf, type TestMail } from './mails.js'
import type { Storm, StormResult } from './storm.js'

export type StormLedger = {
  /** One sentence each; empty when everything has become what it should, once. */
  wrong: string[]
  lost: number
  doubled: number
  withoutVerdict: number
  /** Journal rows, known copies among them. */
  sightings: number
  duplicates: number
  /** Mails besides the well-formed ones of customers. */
  odd: number
  /** Replies that reached the customer, and how many of them twice, or stand as "may have been delivered". */
  replies: { sent: number; twice: number; doubtful: number }
  automatic: number
}

type CheckArgs = {
  mails: TestMail[]
  /** What is wrong is added here. */
  wrong: string[]
}

/** Looks at every row, source, file and mail after a storm. */
export const checkStorm = async (
  storm: Storm,
  { sightings: mails }: Pick<StormResult, 'sightings'>,
): Promise<StormLedger> => {
  const wrong: string[] = []
  const journal = await checkJournal(storm, { mails, wrong })
  await checkSources(storm, { mails, wrong })
  const { lost, doubled } = await checkMessages(storm.site.payload, { sightings: mails, wrong })
  await checkFiles(storm, wrong)
  const replies = await checkReplies(storm, wrong)
  const automatic = await checkAutomatic(storm, wrong)
  checkSilence(storm, { mails, wrong })
  return { wrong, lost, doubled, ...journal, replies, automatic }
}

type Row = {
  id: DocID
  address: string
  uidValidity: string
  uid: number
  state: string
  verdict: TestMail['becomes'] | null
  explanation: string
  sha256: string
  key: string
}

const readJournal = ({ sql, table }: Storm): Promise<Row[]> =>
  sql<Row>(
    `select j.id, m.address, j.uid_validity::text "uidValidity", j.uid::int uid, j.state, j.verdict,
       coalesce(j.explanation, '') explanation, j.sha256,
       coalesce(nullif(j.internet_message_id, ''), j.subject) key
     from ${table('inboundEmails')} j join ${table('mailboxes')} m on m.id = j.mailbox_id order by j.id`,
  )

/** Every sighting has one row with one final verdict, and of its copies one is the mail and the others are known. */
const checkJournal = async (
  storm: Storm,
  { mails, wrong }: CheckArgs,
): Promise<Pick<StormLedger, 'withoutVerdict' | 'sightings' | 'duplicates' | 'odd'>> => {
  const rows = await readJournal(storm)
  const places = new Set(rows.map(({ address, uidValidity, uid }) => `${address} ${uidValidity} ${uid}`))
  if (places.size !== rows.length) wrong.push(`${rows.length - places.size} sightings have more than one row`)
  for (const { id, state, verdict, explanation } of rows)
    if (!verdict || state !== stateOf(verdict) || !explanation)
      wrong.push(`row ${id} is ${state} ${verdict} "${explanation}"`)
  const byMail = new Map<string, Row[]>()
  for (const row of rows) byMail.set(row.key, [...(byMail.get(row.key) ?? []), row])
  for (const { key, becomes } of mails) {
    if (becomes === 'duplicate') continue
    const verdicts = (byMail.get(key) ?? []).map(({ verdict }) => verdict)
    const firsts = verdicts.filter((verdict) => verdict !== 'duplicate')
    if (firsts.length !== 1 || firsts[0] !== becomes)
      wrong.push(`${key} is ${verdicts.join(', ') || 'nowhere'} instead of ${becomes}`)
  }
  for (const { address } of storm.mailboxes) {
    const own = rows.filter((row) => row.address === address)
    const latest = own.at(-1)?.uidValidity
    const known = new Map(
      own.filter(({ uidValidity }) => uidValidity === latest).map((row) => [row.uid, row]),
    )
    // Of what is too large only the beginning is here.
    const large = new Set(mails.flatMap(({ key, becomes }) => (becomes === 'tooLarge' ? [key] : [])))
    for (const { uid, raw } of storm.server.mailbox(address)) {
      const row = known.get(uid)
      if (!row || (!large.has(row.key) && row.sha256 !== sha256(raw)))
        wrong.push(`${address} UID ${uid} has no row with its checksum`)
    }
  }
  return {
    withoutVerdict: rows.filter(({ verdict }) => !verdict).length,
    sightings: rows.length,
    duplicates: rows.filter(({ verdict }) => verdict === 'duplicate').length,
    odd: mails.filter(({ odd }) => odd).length,
  }
}

/** What is kept of each mail is what the server holds, byte for byte; of one that is too large, its beginning. */
const checkSources = async (storm: Storm, { mails, wrong }: CheckArgs): Promise<void> => {
  const req = await createLocalReq({}, storm.site.payload)
  const rows = await readJournal(storm)
  const large = new Map(
    mails.flatMap((mail) => (mail.becomes === 'tooLarge' ? [[mail.key, mail] as const] : [])),
  )
  for (let at = 0; at < rows.length; at += 200) {
    const some = rows.slice(at, at + 200)
    const raws = await readRaws(
      req,
      some.map(({ id }) => id),
    )
    for (const row of some) {
      const raw = raws.get(String(row.id))
      if (!raw || sha256(raw) !== row.sha256) wrong.push(`row ${row.id} has ${raw ? 'another' : 'no'} source`)
      const mail = large.get(row.key)
      if (mail && raw && !isBeginning(String(raw), mail))
        wrong.push(`row ${row.id} has ${raw.length} bytes of a mail that is too large`)
    }
  }
}

/** The headers that do not describe the body, and the words; nothing of the file. */
const isBeginning = (kept: string, { raw, messageId }: TestMail): boolean =>
  raw
    .slice(0, raw.indexOf('MIME-Version'))
    .split('\n')
    .every((line) => kept.includes(line)) &&
  kept.includes(`Message-ID: ${messageId}`) &&
  kept.includes('The large mail') &&
  !kept.includes('zzzz') &&
  kept.length < 2000

/** The bytes on disk are those of the mail. */
const checkFiles = async ({ sql, table, folder }: Storm, wrong: string[]): Promise<void> => {
  const files = await sql<{ id: DocID; filename: string; sha256: string }>(
    `select id, filename, sha256 from ${table('attachments')} where state = 'linked'`,
  )
  for (const { id, filename, sha256: expected } of files) {
    const bytes = readFileSync(join(folder, filename))
    if (createHash('sha256').update(bytes).digest('hex') !== expected)
      wrong.push(`file ${id} has other bytes`)
  }
}

type Sent = {
  id: DocID
  ticket: DocID
  state: string
  errorCode: string
  messageId: string
  recipients: RecipientState[]
}

const readOutbox = ({ sql, table }: Storm, kind: string): Promise<Sent[]> =>
  sql<Sent>(
    `select id, ticket_id ticket, state, coalesce(error_code, '') "errorCode", internet_message_id "messageId",
       recipients from ${table('outboundEmails')} where ${kind}`,
  )

const copiesOf = ({ server }: Storm, { recipients, messageId }: Sent): number =>
  server
    .mailbox(recipients[0]!.address)
    .filter(({ text }) =>
      new RegExp(`^Message-ID: ${messageId.replace(/[.$+]/g, '\\$&')}\\r?$`, 'im').test(text),
    ).length

/** Every reply reached its customer once, or twice under one Message-ID, or says that nobody knows. */
const checkReplies = async (storm: Storm, wrong: string[]): Promise<StormLedger['replies']> => {
  const result = { sent: 0, twice: 0, doubtful: 0 }
  for (const mail of await readOutbox(storm, `kind = 'reply'`)) {
    const copies = copiesOf(storm, mail)
    if (mail.state === 'sent' && copies >= 1 && copies <= 2) {
      result.sent++
      if (copies === 2) result.twice++
    } else if (mail.state === 'failed' && mail.errorCode === 'maybeDelivered' && copies <= 2)
      result.doubtful++
    else wrong.push(`reply ${mail.id} is ${mail.state} ${mail.errorCode} and arrived ${copies} times`)
  }
  return result
}

/** At most one acknowledgement a ticket, and no more of them to anybody than the limit says. */
const checkAutomatic = async (storm: Storm, wrong: string[]): Promise<number> => {
  const { perAddressPerDay, perHour } = getHelpdesk(storm.site.payload).mail.automatic
  const all = await readOutbox(storm, 'automatic')
  const byTicket = new Map<string, number>()
  const byAddress = new Map<string, string[]>()
  const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1)
  for (const mail of all) {
    const copies = copiesOf(storm, mail)
    if (copies > 2) wrong.push(`acknowledgement ${mail.id} arrived ${copies} times`)
    count(byTicket, String(mail.ticket))
    const address = mail.recipients[0]!.address
    const given = `${mail.state} ${mail.errorCode} (${copies} arrived)`
    if (mail.state !== 'cancelled') byAddress.set(address, [...(byAddress.get(address) ?? []), given])
  }
  for (const [ticket, number] of byTicket)
    if (number > 1) wrong.push(`ticket ${ticket} was acknowledged ${number} times`)
  for (const [address, mails] of byAddress)
    if (mails.length > perAddressPerDay)
      wrong.push(`${address} was given ${mails.length} automatic mails: ${mails.join(', ')}`)
  const distinct = new Set(all.filter(({ state }) => state === 'sent').map(({ id }) => id)).size
  if (distinct > perHour) wrong.push(`${distinct} automatic mails left within the hour, ${perHour} may`)
  return all.length
}

/** Nothing that a machine wrote was answered by a machine: as the customers' server saw it. */
const checkSilence = ({ server }: Storm, { mails, wrong }: CheckArgs): void => {
  const byMachine = mails.filter(isByMachine)
  for (const { raw } of server.submissions) {
    const [head] = String(raw).split('\r\n\r\n')
    if (!/^Auto-Submitted: auto-/im.test(head!)) continue
    const answers = /^In-Reply-To: (.+)$/im.exec(head!)?.[1]?.trim() ?? ''
    const to = /^To: (.+)$/im.exec(head!)?.[1] ?? ''
    const isAnswer = byMachine.some(({ messageId }) => messageId === answers)
    if (isAnswer || /@list\.example\.com|mailer-daemon/i.test(to))
      wrong.push(`${to} was answered by a machine`)
  }
}
