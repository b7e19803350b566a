import type { Payload } from 'payload'
import type { DocID } from '../../src/collections/types.js'
import { getHelpdesk } from '../../src/core/config.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import { addressKey } from '../../src/rules/address.js'
import { customers } from './stories/customers.js'
import { stories } from './stories/index.js'
import { day, type Person } from './story.js'

type Deal = {
  of: keyof typeof customers
  title: string
  value: number
  currency: string
  stage: string
  outcome: 'open' | 'won' | 'lost'
  owner: string
  begun: Date
  /** Days until it is expected to close. */
  closes?: number
}

const deals: Deal[] = [
  {
    of: 'ada',
    title: 'Summer sale, five shops',
    value: 12400,
    currency: 'USD',
    stage: 'Won',
    outcome: 'won',
    owner: 'dana',
    begun: day(28, '10:00'),
  },
  {
    of: 'ada',
    title: 'Autumn order',
    value: 9800,
    currency: 'USD',
    stage: 'Quote sent',
    outcome: 'open',
    owner: 'dana',
    begun: day(19, '11:30'),
    closes: 21,
  },
  {
    of: 'okonkwo',
    title: 'Dry season, 3 pallets',
    value: 31250,
    currency: 'EUR',
    stage: 'Won',
    outcome: 'won',
    owner: 'kim',
    begun: day(22, '09:00'),
  },
  {
    of: 'okonkwo',
    title: 'Second camp',
    value: 18000,
    currency: 'EUR',
    stage: 'First talk',
    outcome: 'open',
    owner: 'kim',
    begun: day(6, '15:20'),
    closes: 60,
  },
  {
    of: 'moreau',
    title: '12 engraved anvils',
    value: 534,
    currency: 'EUR',
    stage: 'Quote sent',
    outcome: 'open',
    owner: 'dana',
    begun: day(3, '17:00'),
    closes: 14,
  },
  {
    of: 'devries',
    title: 'Festival rental, 30 chairs',
    value: 4500,
    currency: 'EUR',
    stage: 'First talk',
    outcome: 'open',
    owner: 'kim',
    begun: day(3, '16:30'),
    closes: 30,
  },
  {
    of: 'tanaka',
    title: 'Trade fair Tokyo',
    value: 2150000,
    currency: 'JPY',
    stage: 'Won',
    outcome: 'won',
    owner: 'kim',
    begun: day(20, '08:00'),
  },
  {
    of: 'kerr',
    title: 'Track magnets, line 4',
    value: 22700,
    currency: 'GBP',
    stage: 'Lost on price',
    outcome: 'lost',
    owner: 'dana',
    begun: day(40, '09:30'),
  },
]

type Row = { id: DocID }

/** Fills the customers' records, and gives everything the date on which it came to be. */
export const seedRecords = async (payload: Payload): Promise<void> => {
  const { slugs, usersSlug } = getHelpdesk(payload)
  const table = (key: keyof typeof slugs): string => tableOf(payload, slugs[key])
  const sql = sqlOf({ payload })
  const { rows: addresses } = await sql.query<{ address: string; contact: DocID }>(
    `select address, contact_id contact from ${table('contactAddresses')}`,
  )
  const contacts = new Map(addresses.map(({ address, contact }) => [address, contact]))
  const { rows: users } = await sql.query<{ id: DocID; email: string }>(
    `select id, email from ${tableOf(payload, usersSlug)}`,
  )
  const userOf = (name: string): DocID | undefined =>
    users.find(({ email }) => email === `${name}@acme.test`)?.id

  const people = new Map<string, Person>(
    stories.map(({ customer }) => [addressKey(customer.address), customer]),
  )
  for (const [address, { company, phone, locale, notes }] of people) {
    const id = contacts.get(address)
    if (id === undefined || !(company || phone || locale || notes)) continue
    await payload.update({
      collection: slugs.contacts as never,
      id,
      data: { company, phone, locale, notes } as never,
      overrideAccess: true,
      depth: 0,
    })
  }

  for (const { of, owner, begun, closes, ...data } of deals) {
    const contact = contacts.get(addressKey(customers[of].address))
    const { id } = (await payload.create({
      collection: slugs.deals as never,
      data: {
        ...data,
        contact,
        owner: userOf(owner),
        expectedClose: closes && new Date(Date.now() + closes * 86_400_000).toISOString(),
      } as never,
      overrideAccess: true,
      depth: 0,
    })) as unknown as Row
    await sql.query(`update ${table('deals')} set created_at = $2, updated_at = $2 where id = $1`, [
      id,
      begun,
    ])
  }

  await sql.query(
    `update ${table('tickets')} t set updated_at = t.last_activity_at, created_at = least(t.last_activity_at,
       (select min(a.created_at) from ${table('activities')} a where a.ticket_id = t.id))`,
  )
  await sql.query(
    `update ${table('contacts')} c set created_at = a.first, updated_at = a.first
     from (select contact_id, min(created_at) first from ${table('contactAddresses')} group by 1) a where a.contact_id = c.id`,
  )
  await sql.query(
    `update ${table('attachments')} f set created_at = m.created_at, updated_at = m.created_at
     from ${table('messages')} m where m.id = f.message_id`,
  )
  const start = day(50, '09:00')
  for (const one of [table('mailboxes'), tableOf(payload, usersSlug)])
    await sql.query(`update ${one} set created_at = $1`, [start])
  // What is older than a day everybody has seen.
  await sql.query(
    `insert into ${table('readStates')} (agent_id, ticket_id, read_at)
     select u.id, t.id, now() from ${tableOf(payload, usersSlug)} u, ${table('tickets')} t
     where t.last_customer_message_at < now() - interval '20 hours'
     on conflict (agent_id, ticket_id) do update set read_at = excluded.read_at`,
  )
}
