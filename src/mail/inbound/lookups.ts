import type { PayloadRequest } from 'payload'
import type { DocID } from '../../collections/types.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf, tableOf } from '../../core/database.js'
import { messageIdHash } from '../../operations/messageId.js'
import { mayHaveLeft } from '../../operations/recordBounce.js'
import { addressKey, isAmong } from '../../rules/address.js'
import {
  findReplyKeys,
  findSubjectTags,
  replyKeysOfAddresses,
  type SubjectTag,
} from '../../rules/reference.js'
import type { Standing } from '../rules/threading.js'
import type { ParsedMail } from './parsedMail.js'

/** Where a mail is known from already. */
export type Sighted = { mailbox: DocID; message: DocID | null; ticket: DocID | null }

/** What the database knows about the mails of a batch. Kept up to date by the steps that write. */
export type Lookups = {
  /** One of our mailboxes' addresses, with or without a plus. */
  isOwnAddress: (address: string) => boolean
  isBlocked: (address: string) => boolean
  /** The same mail, received before in that mailbox. */
  knownIn: (mailbox: DocID, contentHash: string) => Sighted | null
  /** The same mail, received in another mailbox. */
  knownElsewhere: (mailbox: DocID, contentHash: string) => Sighted | null
  ticketOfKey: (replyKey: string) => DocID | null
  ticketOfTag: (tag: SubjectTag) => DocID | null
  /** Tickets with a mail of that Message-ID; `ours` where we sent it. */
  ticketsOfMessageId: (messageId: string) => { ticket: DocID; ours: boolean }[]
  /** Whether we sent a mail of that Message-ID, to a ticket or not. */
  isOurMessageId: (messageId: string) => boolean
  standingIn: (ticket: DocID, address: string) => Standing
  /**
   * Looks again for the same mails in other mailboxes, whose work goes on beside ours. Holds back, until the
   * transaction ends, whoever does so for the same mail: one of two copies is always the second.
   */
  recheckCopies: (req: PayloadRequest) => Promise<void>
  /** What a step has just written, for the mails behind it in the same batch. */
  remember: (written: Remembered) => void
}

export type Remembered = {
  ticket: DocID
  messageId: string | null
  number?: number
  replyKey?: string
  /** Accepted participants. */
  addresses: string[]
}

/** The facts of one mail by which it is looked up. */
export type LookupMail = { mail: ParsedMail; contentHash: string }

/** Where a reply key may stand in a mail's addresses, in the order in which it is looked for. */
export const keyAddresses = (mail: ParsedMail): string[] => [
  ...mail.to.map(({ address }) => address),
  ...mail.cc.map(({ address }) => address),
  ...mail.deliveredTo,
]

/** In-Reply-To, then References from the newest to the oldest. */
export const pointedIds = (mail: ParsedMail): string[] => [
  ...new Set([...mail.inReplyTo, ...[...mail.references].reverse()]),
]

/** The reply keys that a mail quotes back, from its text or, where that has none, from its HTML. */
export const quotedKeys = (mail: ParsedMail): string[] => {
  const inText = findReplyKeys(mail.text)
  return inText.length ? inText : findReplyKeys(mail.html ?? '')
}

type Sql = ReturnType<typeof sqlOf>

const flat = <T>(mails: readonly LookupMail[], of: (mail: ParsedMail) => T[]): T[] => [
  ...new Set(mails.flatMap(({ mail }) => of(mail))),
]

const sendersOf = (mail: ParsedMail): string[] =>
  [mail.from, mail.sender, ...mail.replyTo].flatMap((person) => (person ? [addressKey(person.address)] : []))

const read = async (req: PayloadRequest, mails: readonly LookupMail[]) => {
  const sql = sqlOf(req)
  const { slugs } = getHelpdesk(req.payload)
  const table = (slug: keyof typeof slugs) => tableOf(req.payload, slugs[slug])
  const keys = flat(mails, (mail) => [...replyKeysOfAddresses(keyAddresses(mail)), ...quotedKeys(mail)])
  const numbers = flat(mails, (mail) => findSubjectTags(mail.subject).map(({ number }) => number))
  const ids = flat(mails, (mail) => [
    ...pointedIds(mail),
    mail.messageId ?? '',
    mail.bounce.originalMessageId ?? '',
    mail.complaint?.originalMessageId ?? '',
  ])
  const hashes = [...new Set(ids.map(messageIdHash))].filter(Boolean)
  const [own, blocked, known, tickets, messages] = await Promise.all([
    sql.query<{ id: DocID; address: string }>(`select id, address from ${table('mailboxes')}`),
    sql.query<{ address: string }>(`select address from ${table('blockedSenders')} where address = any($1)`, [
      flat(mails, sendersOf),
    ]),
    readCopies(req, mails),
    keys.length || numbers.length ? readTickets(sql, { table: table('tickets'), keys, numbers }) : [],
    hashes.length ? readMessages(sql, { table, hashes }) : [],
  ])
  const found = new Set([...tickets.map(({ id }) => id), ...messages.flatMap(({ ticket }) => ticket ?? [])])
  const participants = found.size
    ? await sql.query<{ ticket: DocID; address: string }>(
        `select ticket_id ticket, address from ${table('participants')} where ticket_id = any($1) and accepted`,
        [[...found]],
      )
    : { rows: [] }
  return {
    own: own.rows,
    blocked: blocked.rows,
    known,
    tickets,
    messages,
    participants: participants.rows,
  }
}

type Copy = Sighted & { hash: string }

const readCopies = async (req: PayloadRequest, mails: readonly LookupMail[]): Promise<Copy[]> => {
  const { slugs } = getHelpdesk(req.payload)
  const table = (slug: keyof typeof slugs) => tableOf(req.payload, slugs[slug])
  const { rows } = await sqlOf(req).query<Copy>(
    `select k.mailbox_id mailbox, k.hash, k.message_id message, m.ticket_id ticket from ${table('mailKeys')} k
     left join ${table('messages')} m on m.id = k.message_id
     where k.mailbox_id in (select id from ${table('mailboxes')}) and k.hash = any($1)`,
    [mails.map(({ contentHash }) => contentHash)],
  )
  return rows
}

/** In one order for everybody, so that nobody waits in a circle. */
const lockMails = async (req: PayloadRequest, mails: readonly LookupMail[]): Promise<void> => {
  const keys = [
    ...new Set(mails.map(({ contentHash }) => BigInt(`0x${contentHash.slice(0, 15)}`).toString())),
  ]
  await sqlOf(req).query(
    'select pg_advisory_xact_lock(key) from (select key from unnest($1::bigint[]) key order by key) keys',
    [keys],
  )
}

type TicketRow = { id: DocID; number: number; replyKey: string }

type Wanted = { table: string; keys: string[]; numbers: number[] }

const readTickets = async (sql: Sql, { table, keys, numbers }: Wanted): Promise<TicketRow[]> => {
  const { rows } = await sql.query<TicketRow>(
    `select id, number::float8 number, reply_key "replyKey" from ${table}
     where reply_key = any($1) or number = any($2)`,
    [keys, numbers],
  )
  return rows
}

type MessageRow = { hash: string; ticket: DocID | null; ours: boolean }
type Tables = { table: (slug: 'messages' | 'outboundEmails') => string; hashes: string[] }

const readMessages = async (sql: Sql, { table, hashes }: Tables): Promise<MessageRow[]> => {
  const { rows } = await sql.query<MessageRow>(
    `select message_id_hash hash, ticket_id ticket, true ours from ${table('outboundEmails')}
       where message_id_hash = any($1) and ${mayHaveLeft}
     union all
     select message_id_hash hash, ticket_id ticket, false ours from ${table('messages')}
       where message_id_hash = any($1) and kind = 'customer'`,
    [hashes],
  )
  return rows
}

const push = <T>(map: Map<string, T[]>, { key, value }: { key: string; value: T }): void => {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

/** Reads all that the steps ask about a batch, in few statements. */
export const lookUp = async (req: PayloadRequest, mails: readonly LookupMail[]): Promise<Lookups> => {
  const { own, blocked, known, tickets, messages, participants } = await read(req, mails)
  const ownAddresses = new Set(own.map(({ address }) => addressKey(address)))
  const blockedAddresses = new Set(blocked.map(({ address }) => address))
  const byKey = new Map(tickets.map((ticket) => [ticket.replyKey, ticket.id]))
  const byNumber = new Map(tickets.map((ticket) => [ticket.number, ticket]))
  const accepted = new Map<string, Set<string>>()
  const accept = (ticket: DocID, address: string) => {
    const key = String(ticket)
    accepted.set(key, (accepted.get(key) ?? new Set()).add(address))
  }
  for (const { ticket, address } of participants) accept(ticket, address)
  const sightings = new Map<string, Sighted[]>()
  const keepCopies = (copies: readonly Copy[]) => {
    sightings.clear()
    for (const { hash, ...sighted } of copies) push(sightings, { key: hash, value: sighted })
  }
  keepCopies(known)
  const byMessageId = new Map<string, { ticket: DocID; ours: boolean }[]>()
  const ourIds = new Set<string>()
  for (const { hash, ticket, ours } of messages) {
    if (ours) ourIds.add(hash)
    if (ticket !== null) push(byMessageId, { key: hash, value: { ticket, ours } })
  }
  const isIn = (mailbox: DocID) => (sighted: Sighted) => String(sighted.mailbox) === String(mailbox)

  return {
    isOwnAddress: (address) => isAmong(ownAddresses, address),
    isBlocked: (address) => blockedAddresses.has(addressKey(address)),
    knownIn: (mailbox, hash) => sightings.get(hash)?.find(isIn(mailbox)) ?? null,
    knownElsewhere: (mailbox, hash) => {
      const others = (sightings.get(hash) ?? []).filter((sighted) => !isIn(mailbox)(sighted))
      return others.find(({ ticket }) => ticket !== null) ?? others[0] ?? null
    },
    ticketOfKey: (replyKey) => byKey.get(replyKey) ?? null,
    ticketOfTag: ({ number, keyStart }) => {
      const ticket = byNumber.get(number)
      return ticket?.replyKey.startsWith(keyStart) ? ticket.id : null
    },
    ticketsOfMessageId: (messageId) => byMessageId.get(messageIdHash(messageId)) ?? [],
    isOurMessageId: (messageId) => ourIds.has(messageIdHash(messageId)),
    standingIn: (ticket, address) =>
      accepted.get(String(ticket))?.has(addressKey(address)) ? 'participant' : 'stranger',
    recheckCopies: async (within) => {
      if (own.length < 2 || !mails.length) return
      await lockMails(within, mails)
      keepCopies(await readCopies(within, mails))
    },
    remember: ({ ticket, messageId, number, replyKey, addresses }) => {
      const hash = messageId ? messageIdHash(messageId) : ''
      if (hash) push(byMessageId, { key: hash, value: { ticket, ours: false } })
      if (replyKey) byKey.set(replyKey, ticket)
      if (replyKey && number !== undefined) byNumber.set(number, { id: ticket, number, replyKey })
      for (const address of addresses) accept(ticket, addressKey(address))
    },
  }
}
