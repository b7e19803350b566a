import type { PayloadRequest } from 'payload'
import type { DocID, Mailbox } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { insertRows, sqlOf, tableOf } from '../core/database.js'
import { createDocuments } from '../core/documents.js'
import { HelpdeskError } from '../core/errors.js'
import { inTransaction, laterOf } from '../core/transaction.js'
import { addressKey, isValidAddress } from '../rules/address.js'
import { cleanLine } from '../rules/cleanText.js'
import { isLocale } from '../rules/locale.js'

export type Known = { contact: DocID; address: string }

const find = async (req: PayloadRequest, keys: string[]): Promise<Map<string, DocID>> => {
  const table = tableOf(req.payload, getHelpdesk(req.payload).slugs.contactAddresses)
  const { rows } = await sqlOf(req).query<{ address: string; contact: DocID }>(
    `select address, contact_id contact from ${table} where address = any($1) and contact_id is not null`,
    [keys],
  )
  return new Map(rows.map((row) => [row.address, row.contact]))
}

/**
 * Thrown inside to roll a lost race back; the winner's contact is read instead. Where the contact is made within another
 * transaction that one has to be rolled back: whoever runs it tries again.
 */
export class Taken extends Error {}

const create = async (req: PayloadRequest, people: { key: string; name: string; display: string }[]) => {
  const { slugs } = getHelpdesk(req.payload)
  await inTransaction(req, async (own) => {
    const contacts = await createDocuments({
      req: own,
      slug: slugs.contacts,
      data: people.map(({ name, display }) => ({ name: name || display })),
    })
    const rows = people.map(({ key, display }, index) => ({
      contact: contacts[index]!.id,
      address: key,
      display,
      state: 'ok',
      verified: false,
      imagesAllowed: false,
      createdAt: now().toISOString(),
    }))
    const written = await insertRows({
      req: own,
      slug: slugs.contactAddresses,
      rows,
      onConflict: 'nothing',
    })
    if (written.length < rows.length) throw new Taken()
  })
}

/**
 * Finds or makes the contacts of some addresses, before and outside any verb's transaction: two processes may want
 * the same one at once, and the unique address decides. Returns them by the address's normal form.
 */
export const ensureContacts = async (req: PayloadRequest, people: Mailbox[]): Promise<Map<string, DocID>> => {
  const wanted = new Map<string, { key: string; name: string; display: string }>()
  for (const { name, address } of people) {
    if (!isValidAddress(address)) throw new HelpdeskError('badAddress', { fields: { address } })
    const key = addressKey(address)
    if (!wanted.has(key)) wanted.set(key, { key, name: name.trim().slice(0, 200), display: address.trim() })
  }
  const known = await find(req, [...wanted.keys()])
  let missing = [...wanted.values()].filter(({ key }) => !known.has(key))
  if (!missing.length) return known
  try {
    await create(req, missing)
  } catch (error) {
    if (!(error instanceof Taken) && missing.length === 1) throw error
    if (laterOf(req)) throw error
    // One by one: what another process made meanwhile is found, the rest is made.
    const present = await find(req, [...wanted.keys()])
    missing = missing.filter(({ key }) => !present.has(key))
    for (const person of missing) {
      await create(req, [person]).catch((cause) => {
        if (!(cause instanceof Taken)) throw cause
      })
    }
  }
  return find(req, [...wanted.keys()])
}

export type EnsureContactArgs = Mailbox & {
  req: PayloadRequest
  /** In which language they write, as `de` or `pt-BR`; kept where nobody knows their language yet. */
  locale?: string | undefined
  /** Whether the site knows that this is their name: it takes the place of an address that stood for one. */
  isNameKnown?: boolean
}

/** The contact of one address, made where there is none. */
export const ensureContact = async ({
  req,
  name,
  address,
  locale,
  isNameKnown = false,
}: EnsureContactArgs): Promise<Known> => {
  const found = await ensureContacts(req, [{ name, address }])
  const key = addressKey(address)
  const contact = found.get(key)
  if (contact === undefined) throw new HelpdeskError('badAddress', { fields: { address } })
  if (locale && isLocale(locale)) await learnLocale(req, { contact, locale })
  const known = isNameKnown ? cleanLine(name).slice(0, 200) : ''
  if (known) await learnName(req, { contact, name: known })
  return { contact, address: key }
}

/** Only in the place of an address of theirs, which stood for a name that nobody knew. */
const learnName = (req: PayloadRequest, { contact, name }: { contact: DocID; name: string }) => {
  const { slugs } = getHelpdesk(req.payload)
  return sqlOf(req).query(
    `update ${tableOf(req.payload, slugs.contacts)} c set name = $2
     where c.id = $1 and exists (select 1 from ${tableOf(req.payload, slugs.contactAddresses)} a
       where a.contact_id = c.id and lower(c.name) in (lower(a.address), lower(a.display)))`,
    [contact, name],
  )
}

const learnLocale = (req: PayloadRequest, { contact, locale }: { contact: DocID; locale: string }) =>
  sqlOf(req).query(
    `update ${tableOf(req.payload, getHelpdesk(req.payload).slugs.contacts)} set locale = $2
     where id = $1 and coalesce(locale, '') = ''`,
    [contact, locale],
  )

/** The name of whose address this is, in normal form; '' where nobody has told it. */
export const nameOf = async (req: PayloadRequest, address: string): Promise<string> => {
  const { slugs } = getHelpdesk(req.payload)
  const { rows } = await sqlOf(req).query<{ name: string }>(
    `select coalesce(c.name, '') name from ${tableOf(req.payload, slugs.contacts)} c
     join ${tableOf(req.payload, slugs.contactAddresses)} a on a.contact_id = c.id where a.address = $1`,
    [address],
  )
  const name = rows[0]?.name ?? ''
  return name.includes('@') ? '' : name
}

/** Notes that these addresses, in normal form, have been proven by a mail; whoever has proven theirs stays so. */
export const markVerified = async (req: PayloadRequest, addresses: string[]): Promise<void> => {
  if (!addresses.length) return
  const table = tableOf(req.payload, getHelpdesk(req.payload).slugs.contactAddresses)
  await sqlOf(req).query(
    `update ${table} set verified = true where id in (
       select id from ${table} where address = any($1) and verified is not true order by id for update
     )`,
    [addresses],
  )
}

/** Earlier than this after a bounce, each mail would be acknowledged into the next bounce. */
const dayMs = 86_400_000

export type Written = {
  /** In normal form. */
  address: string
  /** When they wrote, as an ISO date. */
  at: string
}

/** Lets automatic mail go again to addresses that bounced, where their owners have written a day after that or later. */
export const endBounces = async (req: PayloadRequest, written: readonly Written[]): Promise<void> => {
  if (!written.length) return
  const table = tableOf(req.payload, getHelpdesk(req.payload).slugs.contactAddresses)
  await sqlOf(req).query(
    `update ${table} set state = 'ok', state_reason = '' where id in (
       select a.id from ${table} a join unnest($1::text[], $2::text[]) w (address, before) on w.address = a.address
       where a.state = 'bouncing' and coalesce(a.state_reason, '') collate "C" < w.before order by a.id for update of a
     )`,
    [
      written.map(({ address }) => address),
      written.map(({ at }) => new Date(Date.parse(at) - dayMs).toISOString()),
    ],
  )
}

/** Whether mail to an address bounces, or it is blocked: nothing is sent there that no person writes. */
export const takesNoMail = async (req: PayloadRequest, address: string): Promise<boolean> => {
  const { rows } = await sqlOf(req).query(
    `select 1 from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.contactAddresses)}
     where address = $1 and state in ('bouncing', 'blocked')`,
    [addressKey(address)],
  )
  return rows.length > 0
}
