import type { CollectionConfig, Config, Field } from 'payload'
import { createLocalReq, type PayloadRequest } from 'payload'
import { afterAll, describe, expect, it } from 'vitest'
import { getHelpdesk } from '../../src/core/config.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import { isOurs } from '../../src/core/documents.js'
import { type HelpdeskOptions, openTicket } from '../../src/index.js'
import { ensureContact } from '../../src/operations/contact.js'
import { createSite, type Site, type SiteArgs } from '../site.js'

// What a document of ours is made of, whether the Local API makes it or we do.

const sites: Site[] = []
afterAll(async () => {
  for (const site of sites) await site.close()
})
const open = async (args: SiteArgs): Promise<Site> => {
  const site = await createSite({ ...args, users: false })
  sites.push(site)
  return site
}

type Change = (collection: CollectionConfig) => CollectionConfig

/** As another plugin does it, after ours. */
const changed =
  (slug: string, change: Change): NonNullable<SiteArgs['site']> =>
  (config: Config) => ({
    ...config,
    plugins: [
      ...(config.plugins ?? []),
      (made) => ({
        ...made,
        collections: (made.collections ?? []).map((each) => (each.slug === slug ? change(each) : each)),
      }),
    ],
  })

const withField =
  (field: Field): Change =>
  (each) => ({ ...each, fields: [...each.fields, field] })
const withOther =
  (name: string, other: object): Change =>
  (each) => ({
    ...each,
    fields: each.fields.map((field) =>
      'name' in field && field.name === name ? ({ ...field, ...other } as Field) : field,
    ),
  })
const keep = ({ data }: { data?: unknown }) => data

const additions: [string, Change][] = [
  ['a hook', (each) => ({ ...each, hooks: { ...each.hooks, afterChange: [({ doc }) => doc] } })],
  ['a hook on reading', (each) => ({ ...each, hooks: { ...each.hooks, afterRead: [({ doc }) => doc] } })],
  ['a field with a default', withField({ name: 'tenant', type: 'text', defaultValue: 'acme' })],
  ['a checkbox', withField({ name: 'gift', type: 'checkbox' })],
  [
    'a field in a row that has a check',
    withField({ type: 'row', fields: [{ name: 'tenant', type: 'text', validate: () => true as const }] }),
  ],
  ['a hook on a field', withOther('subject', { hooks: { beforeChange: [keep] } })],
  ['another default', withOther('priority', { defaultValue: 'low' })],
  ['another check', withOther('subject', { validate: () => true })],
]

/** A ticket, its contact and what hangs on them, without what differs from one to the next. */
const trip = async ({ payload }: Site): Promise<Record<string, unknown>> => {
  const { slugs } = getHelpdesk(payload)
  const req: PayloadRequest = await createLocalReq({}, payload)
  const mailbox = await payload.create({
    collection: slugs.mailboxes as never,
    data: { name: 'Support', address: 'support@acme.test', type: 'email' } as never,
    depth: 0,
    overrideAccess: true,
    req,
  })
  const requester = { name: 'Iris Voss', address: 'Iris@Example.com' }
  const { contact } = await ensureContact({ req, ...requester })
  const { ticket } = await openTicket({
    req,
    overrideAccess: true,
    mailbox: (mailbox as { id: number }).id,
    contact,
    requester,
    requesterVerified: true,
    subject: '  Two   words ',
    source: 'manual',
  })
  const rowOf = async (slug: string) => {
    const { rows } = await sqlOf({ payload }).query<{ row: Record<string, unknown> }>(
      `select to_jsonb(t) row from ${tableOf(payload, slug)} t`,
    )
    expect(rows).toHaveLength(1)
    return rows[0]!.row
  }
  const [row, person] = [await rowOf(slugs.tickets), await rowOf(slugs.contacts)]
  const times = [row['created_at'], row['updated_at'], row['waiting_since'], row['last_activity_at']]
  expect(times.every((time) => Math.abs(Date.parse(String(time)) - Date.now()) < 60_000)).toBe(true)
  const own = ['created_at', 'updated_at', 'waiting_since', 'last_activity_at', 'reply_key']
  const without = (all: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(all).map(([key, value]) => [key, own.includes(key) ? '…' : value]))
  const returned = without(JSON.parse(JSON.stringify(ticket)) as Record<string, unknown>)
  for (const key of ['createdAt', 'updatedAt', 'waitingSince', 'lastActivityAt', 'replyKey'])
    returned[key] = typeof returned[key]
  return { row: without(row), person: without(person), returned }
}

describe('a document that the help desk makes', () => {
  it('is the same row whether the Local API writes it or we do', async () => {
    const plain = await open({})
    const hooked = await open({
      options: {
        overrides: Object.fromEntries(
          (['tickets', 'contacts'] as const).map((key) => [
            key,
            {
              collection: ({ defaultCollection }: { defaultCollection: CollectionConfig }) => ({
                ...defaultCollection,
                hooks: { ...defaultCollection.hooks, afterChange: [({ doc }: { doc: unknown }) => doc] },
              }),
            },
          ]),
        ) as HelpdeskOptions['overrides'],
      },
    })
    const { tickets, contacts } = getHelpdesk(plain.payload).slugs
    expect([tickets, contacts].map((slug) => isOurs(plain.payload, slug))).toEqual([true, true])
    expect([tickets, contacts].map((slug) => isOurs(hooked.payload, slug))).toEqual([false, false])
    const [ours, theirs] = [await trip(plain), await trip(hooked)]
    expect(ours).toEqual(theirs)
    expect(ours['row']).toMatchObject({ subject: 'Two words', status: 'open', number: 1001 })
  })

  it('is written by us where a site has added fields that stay empty', async () => {
    const quiet: Field[] = [
      { name: 'orderNumber', type: 'text', index: true },
      { type: 'row', fields: [{ name: 'plan', type: 'select', options: ['free', 'paid'] }] },
      { name: 'topics', type: 'select', hasMany: true, options: ['a', 'b'] },
      { name: 'post', type: 'relationship', relationTo: 'posts' },
    ]
    const site = await open({
      site: changed('tickets', (each) => ({ ...each, fields: [...each.fields, ...quiet] })),
    })
    expect(isOurs(site.payload, 'tickets')).toBe(true)
    expect((await trip(site))['row']).toMatchObject({ order_number: null, plan: null, post_id: null })
  })

  it.each(additions)('is left to the Local API where somebody has added %s', async (_, change) => {
    const site = await open({ site: changed('tickets', change) })
    expect(isOurs(site.payload, 'tickets')).toBe(false)
    expect(isOurs(site.payload, 'contacts')).toBe(true)
  })
})
