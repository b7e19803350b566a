import type { Config } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import { sqlOf } from '../../src/core/database.js'
import { formsPart } from '../../src/forms/index.js'
import type { Forms } from '../../src/index.js'
import { createSite } from '../site.js'
import {
  ada,
  calledBefore,
  type FormDesk,
  formOptions,
  listedAfter,
  listedBefore,
  makeForm,
  openFormDesk,
  send,
} from './formSite.js'
import { type Desk, minute } from './mail-out.desk.js'

// Submissions of the real form builder, sent as a visitor's browser sends them.

let of: FormDesk
let desk: Desk
let plain: DocID

beforeAll(async () => {
  of = await openFormDesk()
  desk = of.desk
  plain = of.plain
})
afterAll(() => desk.close())

describe('a form', () => {
  for (const [order, site] of [
    ['listed after the help desk', listedAfter],
    ['listed before it', listedBefore],
    ['called before all plugins', calledBefore],
  ] as const)
    it(`of a form builder ${order} opens a ticket`, async () => {
      const other = await openFormDesk({ forms: { 'Plain contact': { mailbox: 'help@acme.test' } } }, site)
      try {
        const submission = await send(other.desk.site, { form: other.plain, values: ada })
        expect(await other.work()).toBeNull()
        const { ticket, messages } = await other.ticketOf(submission)
        expect([ticket!['subject'], messages.length]).toEqual(['Plain contact', 1])
      } finally {
        await other.desk.close()
      }
    })

  it('opens one ticket with all that was filled in', async () => {
    const values = { ...ada, order: 'A-17', phone: '+44 1', parcels: '3' }
    const submission = await send(desk.site, { form: of.contact, values })
    expect(await of.work()).toBeNull()
    expect(await of.work()).toBeNull()
    const { row, ticket, messages } = await of.ticketOf(submission)
    expect(row).toMatchObject({ state: 'opened', error: null })
    expect(ticket).toMatchObject({
      subject: 'Contact us',
      status: 'open',
      priority: 'normal',
      mailbox_id: desk.mailbox,
      source: 'form',
      requester_address: 'Ada@Example.com',
      requester_verified: false,
      order_number: 'A-17',
      parcels: '3',
    })
    expect(messages).toEqual([
      expect.objectContaining({
        kind: 'customer',
        visibility: 'customer',
        from_name: 'Ada Lovelace',
        text: 'It leaks.\n\nPhone: +44 1',
        html: '',
        reason: 'form',
      }),
    ])
    expect(await desk.rows('tickets', 'requester_address = $1', ['Ada@Example.com'])).toHaveLength(1)
  })

  it('whose HTML stays text', async () => {
    const message = '<img src=x onerror=alert(1)> <b>bold</b> {{email}}'
    const submission = await send(desk.site, { form: plain, values: { ...ada, name: '<i>A</i>', message } })
    expect(await of.work()).toBeNull()
    const { messages } = await of.ticketOf(submission)
    expect(messages[0]).toMatchObject({ text: message, html: '', from_name: '<i>A</i>' })
  })

  it('opens by what a function says, or nothing', async () => {
    const form = await makeForm(desk.site.payload, { title: 'By topic' })
    const wanted = await send(desk.site, { form, values: { ...ada, order: '17' } })
    const other = await send(desk.site, { form, values: ada })
    expect(await of.work()).toBeNull()
    expect((await of.ticketOf(wanted)).ticket).toMatchObject({ subject: 'Order 17' })
    expect((await of.ticketOf(other)).row).toMatchObject({ state: 'ignored', ticket_id: null })
  })

  it('that the option does not name opens nothing', async () => {
    const form = await makeForm(desk.site.payload, { title: 'Newsletter' })
    const submission = await send(desk.site, { form, values: ada })
    expect(await of.work()).toBeNull()
    expect((await of.ticketOf(submission)).row).toBeUndefined()
  })

  it('opens no ticket of what was sent in long before the option was there', async () => {
    const form = await makeForm(desk.site.payload, { title: 'To sales' })
    await desk.addMailbox('sales@acme.test')
    const old = await send(desk.site, { form, values: ada })
    await sqlOf(desk.system).query(
      `update form_submissions set created_at = now() - interval '2 hours' where id = $1`,
      [old],
    )
    const fresh = await send(desk.site, { form, values: ada })
    expect(await of.work()).toBeNull()
    expect((await of.ticketOf(old)).row).toBeUndefined()
    expect((await of.ticketOf(fresh)).ticket).toMatchObject({
      priority: 'high',
      subject: 'A quote for Ada Lovelace',
    })
    const { ticket } = await of.ticketOf(fresh)
    expect(await desk.rows('contacts', 'id = $1', [ticket!['contact_id']])).toMatchObject([{ locale: 'fr' }])
  })

  it('finds what was committed late, and does not look for ever', async () => {
    const late = await send(desk.site, { form: plain, values: ada })
    await sqlOf(desk.system).query(
      `update form_submissions set created_at = now() - interval '50 minutes' where id = $1`,
      [late],
    )
    expect(await of.work()).toBeNull()
    expect((await of.ticketOf(late)).row).toMatchObject({ state: 'opened' })
    const from = async () =>
      (
        await sqlOf(desk.system).query<{ age: number }>(
          `select (extract(epoch from now()) - value / 1000)::int age from helpdesk_counters where key = $1`,
          [`form:${plain}:from`],
        )
      ).rows[0]!.age
    await sqlOf(desk.system).query(
      `update helpdesk_counters set value = value - 4 * 86400000::bigint where key = $1`,
      [`form:${plain}:from`],
    )
    const before = await desk.rows('tickets')
    expect(await of.work()).toBeNull()
    expect(await from()).toBeLessThan(25 * 3600)
    expect(await desk.rows('tickets')).toHaveLength(before.length)
  })
})

describe('once', () => {
  it('by many workers at once: one ticket each', async () => {
    const sentIn = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        send(desk.site, { form: plain, values: { ...ada, email: `many${i % 4}@example.com` } }),
      ),
    )
    const results = await Promise.all(Array.from({ length: 5 }, () => of.work()))
    expect(results).toEqual([null, null, null, null, null])
    const tickets = await desk.rows('tickets', `requester_address like 'many%'`)
    expect(tickets).toHaveLength(sentIn.length)
    expect(await desk.rows('contacts', `id = any($1)`, [tickets.map((t) => t['contact_id'])])).toHaveLength(4)
  })

  it('also when the mark of it is older than all that is remembered of its time', async () => {
    const submission = await send(desk.site, { form: plain, values: { ...ada, email: 'future@example.com' } })
    await sqlOf(desk.system).query(`update form_submissions set created_at = '2199-01-01' where id = $1`, [
      submission,
    ])
    await of.work()
    desk.later(400 * 24 * 60 * minute)
    try {
      await of.sweep()
      expect(await of.work()).toBeNull()
    } finally {
      desk.later(-400 * 24 * 60 * minute)
    }
    expect(await desk.rows('tickets', `requester_address = 'future@example.com'`)).toHaveLength(1)
  })

  it('forgets what it knows of a submission that is deleted, and leaves its ticket', async () => {
    const submission = await send(desk.site, { form: plain, values: ada })
    await of.work()
    const { ticket } = await of.ticketOf(submission)
    await of.forget(submission)
    await of.sweep()
    expect((await of.ticketOf(submission)).row).toBeUndefined()
    expect(await desk.rows('tickets', 'id = $1', [ticket!['id']])).toHaveLength(1)
  })
})

describe('a visitor gets nothing by it', () => {
  it('neither submissions, nor what the help desk knows of them', async () => {
    const { rest, graphql, payload, users } = desk.site
    for (const user of [undefined, users.customer]) {
      for (const path of ['/form-submissions', '/tickets', '/contacts'])
        expect([path, (await rest('GET', path, { user })).status]).toEqual([path, 403])
      const { errors } = await graphql('{ HelpdeskFormSubmissions { docs { id } } }', { user: user! })
      expect(errors?.length).toBeGreaterThan(0)
    }
    const answer = await rest<{ doc: Record<string, unknown> }>('POST', '/form-submissions', {
      body: { form: plain, submissionData: [{ field: 'email', value: 'ada@example.com' }] },
    })
    expect(Object.keys(answer.body.doc).sort()).toEqual([
      'createdAt',
      'form',
      'id',
      'submissionData',
      'submissionUploads',
      'updatedAt',
    ])
    await of.work()
    expect(payload.collections['form-submissions' as never]!.config.hooks.afterChange).toHaveLength(1)
  })
})

describe('an option that cannot work is refused at start', () => {
  const start = async (forms: unknown, site: (config: Config) => Config = listedAfter) => {
    const made = await createSite({
      options: { ...formOptions, forms: forms as Forms },
      site,
      users: false,
    })
    await made.close()
  }
  const contactTo = (ticket: object) => start({ 'Contact us': { mailbox: 'help@acme.test', ...ticket } })

  it.each([
    [{ mailbox: '' }, 'the option forms["Contact us"].mailbox must be'],
    [{ mailboxes: 'x' }, 'the option forms["Contact us"] has no "mailboxes"; it has mailbox, email,'],
    [{ email: 'email' }, 'the option forms["Contact us"].email names no field. Write it as \'{{email}}\''],
    [{ subject: 3 }, 'the option forms["Contact us"].subject must be a text'],
    [{ language: 'klingonisch!' }, 'the option forms["Contact us"].language must be a language tag'],
    [{ priority: 'top' }, 'the option forms["Contact us"].priority must be one of'],
    [{ fields: { status: '{{order}}' } }, 'the option forms["Contact us"].fields names "status"'],
    [{ fields: { ordr: '{{order}}' } }, 'the option forms["Contact us"].fields names "ordr"'],
  ])('%j', async (ticket, message) => {
    await expect(contactTo(ticket)).rejects.toThrow(message)
  })

  it('without the form builder', async () => {
    await expect(start({ Contact: { mailbox: 'help@acme.test' } }, (config) => config)).rejects.toThrow(
      'Add formBuilderPlugin of @payloadcms/plugin-form-builder to `plugins`',
    )
  })

  it('a site without the option needs no form builder, and has no such work', async () => {
    await start({}, (config) => config)
    expect(formsPart({ forms: {}, tickets: { fillableFields: [] } } as never)).toEqual({})
  })
})
