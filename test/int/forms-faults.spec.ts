import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import { getHelpdesk } from '../../src/core/config.js'
import { postgresOf, sqlOf } from '../../src/core/database.js'
import { blockSender } from '../../src/index.js'
import { readHeartbeat } from '../../src/operations/heartbeat.js'
import { createWorker } from '../../src/worker/index.js'
import { ada, contactFields, type FormDesk, makeForm, openFormDesk, send } from './formSite.js'
import { type Desk, minute, sent } from './mail-out.desk.js'

// What visitors send in that cannot be opened, or must not be answered.

let of: FormDesk
let desk: Desk
let plain: DocID

beforeAll(async () => {
  of = await openFormDesk()
  desk = of.desk
  plain = of.plain
})
afterAll(() => desk.close())

describe('what stands in its way', () => {
  it('an archived mailbox: the submission stays, managers see it, and it opens when the mailbox is back', async () => {
    await desk.changeMailbox({ archived: true })
    const before = await of.submissions()
    const submission = await send(desk.site, { form: plain, values: { ...ada, email: 'waits@example.com' } })
    const worker = createWorker({ payload: desk.site.payload, workerId: 'test' })
    const report = await worker.runOnce({ budgetMs: 20_000 })
    expect(report.slices['forms.open']).toMatchObject({ failed: 1 })
    const failing = async () => (await readHeartbeat(desk.site.payload)).failing.map(({ slice }) => slice)
    expect(await failing()).toContain('forms.open')
    const overview = await desk.site.rest<{ worker: { failing: { slice: string }[] } }>(
      'GET',
      '/helpdesk/inbox/overview',
      { user: desk.site.users.manager },
    )
    expect(overview.body.worker.failing.map(({ slice }) => slice)).toContain('forms.open')
    expect(await of.submissions()).toBe(before + 1)
    expect((await of.ticketOf(submission)).row).toMatchObject({
      state: 'waiting',
      attempts: '1',
      error: expect.stringContaining(`Submission ${submission}: `),
    })
    const numbers = await desk.rows('counters', `key = 'ticket-number'`)
    desk.later(minute)
    expect(await of.work()).toMatch(/^1 sent in by forms have opened no ticket/)
    expect(await desk.rows('counters', `key = 'ticket-number'`)).toEqual(numbers)
    await desk.changeMailbox({ archived: false })
    expect(await of.work()).toMatch(/opened no ticket/)
    desk.later(20 * minute)
    await worker.runOnce({ budgetMs: 20_000 })
    expect(await failing()).not.toContain('forms.open')
    expect((await of.ticketOf(submission)).ticket).toMatchObject({ requester_address: 'waits@example.com' })
    await worker.stop()
  })

  it('an address that is none: others are not held up, and it opens when somebody has corrected it', async () => {
    const bad = await send(desk.site, { form: plain, values: { ...ada, email: 'ada(at)example' } })
    const good = await send(desk.site, { form: plain, values: ada })
    expect(await of.work()).toContain(`Submission ${bad}: `)
    expect((await of.ticketOf(good)).ticket).toBeDefined()
    const doc = (await desk.site.payload.findByID({
      collection: 'form-submissions' as never,
      id: bad,
      depth: 0,
      overrideAccess: true,
    })) as unknown as { submissionData: { field: string; value: string }[] }
    expect(doc.submissionData).toContainEqual(expect.objectContaining({ value: 'ada(at)example' }))
    await desk.site.payload.update({
      collection: 'form-submissions' as never,
      id: bad,
      data: {
        submissionData: doc.submissionData.map(({ field, value }) => ({
          field,
          value: field === 'email' ? 'mended@example.com' : value,
        })),
      } as never,
      depth: 0,
      overrideAccess: true,
    })
    desk.later(20 * minute)
    expect(await of.work()).toBeNull()
    expect((await of.ticketOf(bad)).ticket).toMatchObject({ requester_address: 'mended@example.com' })
  })

  it('a COMMIT that nobody heard of: still one ticket', async () => {
    const { drizzle } = postgresOf(desk.site.payload)
    const real = drizzle.transaction.bind(drizzle)
    const submission = await send(desk.site, {
      form: plain,
      values: { ...ada, email: 'unheard@example.com' },
    })
    const tickets = () => desk.rows('tickets', `requester_address = 'unheard@example.com'`)
    let isLost = false
    drizzle.transaction = (async (work: Parameters<typeof real>[0]) => {
      const result = await real(work)
      if (isLost || !(await tickets()).length) return result
      isLost = true
      throw new Error('The connection was lost while the answer to COMMIT was on its way.')
    }) as never
    try {
      expect(await of.work()).toBeNull()
    } finally {
      drizzle.transaction = real as never
    }
    desk.later(20 * minute)
    expect([isLost, await of.work()]).toEqual([true, null])
    expect(await tickets()).toHaveLength(1)
    expect((await of.ticketOf(submission)).row).toMatchObject({ state: 'opened', attempts: '0' })
  })

  it('a field that the form does not have: said by the option’s name', async () => {
    const form = await makeForm(desk.site.payload, { title: 'Wrong field' })
    const submission = await send(desk.site, { form, values: ada })
    expect(await of.work()).toContain('forms["Wrong field"].subject names {{topic}}')
    await of.forget(submission)
    desk.later(20 * minute)
    expect(await of.work()).toBeNull()
  })

  it('is given up after two weeks, and is not shown for ever', async () => {
    const submission = await send(desk.site, { form: plain, values: { ...ada, email: 'nobody' } })
    expect(await of.work()).not.toBeNull()
    desk.later(15 * 24 * 60 * minute)
    try {
      expect(await of.work()).toBeNull()
      expect((await of.ticketOf(submission)).row).toMatchObject({ state: 'failed' })
    } finally {
      desk.later(-15 * 24 * 60 * minute)
    }
  })

  it('a value that the site’s own check refuses goes into the message', async () => {
    const submission = await send(desk.site, {
      form: of.contact,
      values: { ...ada, order: 'seventeen', parcels: '4', phone: '1' },
    })
    expect(await of.work()).toBeNull()
    const { ticket, messages } = await of.ticketOf(submission)
    expect(ticket).toMatchObject({ order_number: null, parcels: '4' })
    expect(messages[0]!['text']).toBe('It leaks.\n\nPhone: 1\n\norderNumber: seventeen')
  })

  it('a sender whom an agent has blocked, or an address of ours: no ticket, and nothing to see to', async () => {
    const ticket = await desk.open({ from: { name: '', address: 'blocked@example.com' } })
    await blockSender({ req: desk.agent, overrideAccess: true, ticket: ticket.id, blocked: true })
    const blocked = await send(desk.site, { form: plain, values: { ...ada, email: 'Blocked@example.com' } })
    const own = await send(desk.site, { form: plain, values: { ...ada, email: 'help+x@acme.test' } })
    expect(await of.work()).toBeNull()
    expect((await of.ticketOf(blocked)).row).toMatchObject({ state: 'ignored', ticket_id: null })
    expect((await of.ticketOf(own)).row).toMatchObject({ state: 'ignored', ticket_id: null })
  })
})

describe('files of upload fields', () => {
  const upload = (collection: string) => ({
    blockType: 'upload',
    name: 'proof',
    label: 'Proof',
    uploadCollection: collection,
  })
  const filesOf = async (submission: DocID) => {
    const { ticket, messages } = await of.ticketOf(submission)
    const files = await desk.rows('attachments', 'message_id = $1', [messages[0]!['id']])
    return { ticket, text: messages[0]!['text'], files }
  }

  it('that came with the form are attached, also of a collection that visitors cannot read', async () => {
    const fields = [...contactFields, upload('papers')]
    await sqlOf(desk.system).query(`delete from forms where title = 'Plain contact' and id <> $1`, [plain])
    const form = await makeForm(desk.site.payload, { title: 'Plain contact', fields })
    const submission = await send(desk.site, {
      form,
      values: ada,
      file: { field: 'proof', name: 'proof.txt' },
    })
    expect(await of.work()).toBeNull()
    const { ticket, text, files } = await filesOf(submission)
    expect(ticket!['has_attachments']).toBe(true)
    expect(text).toBe('It leaks.')
    expect(files).toMatchObject([{ original_name: 'proof.txt', state: 'linked', bytes: '5' }])
  })

  it('B09 a file of the site that a visitor merely names by its id is not handed out', async () => {
    const [secret] = await Promise.all(
      ['papers'].map((collection) =>
        desk.site.payload.create({
          collection: collection as never,
          data: {},
          file: { name: 'secret.txt', data: Buffer.from('CANARY'), mimetype: 'text/plain', size: 6 },
          depth: 0,
          overrideAccess: true,
        }),
      ),
    )
    const fields = [...contactFields, upload('papers')]
    const form = await makeForm(desk.site.payload, { title: 'Plain contact', fields })
    const values = { ...ada, proof: String((secret as { id: DocID }).id) }
    const submission = await send(desk.site, { form, values })
    expect(await of.work()).toBeNull()
    const { text, files } = await filesOf(submission)
    expect(files).toEqual([])
    expect(text).toBe("It leaks.\n\nproof: the file stays with the form's submission.")
  })

  it('that anybody may read are attached although they were uploaded before', async () => {
    const photo = await desk.site.payload.create({
      collection: 'photos' as never,
      data: {},
      file: { name: 'photo.txt', data: Buffer.from('hello'), mimetype: 'text/plain', size: 5 },
      depth: 0,
      overrideAccess: true,
    })
    const fields = [...contactFields, upload('photos')]
    const form = await makeForm(desk.site.payload, { title: 'Plain contact', fields })
    const values = { ...ada, proof: String((photo as { id: DocID }).id) }
    const submission = await send(desk.site, { form, values })
    expect(await of.work()).toBeNull()
    expect((await filesOf(submission)).files).toMatchObject([{ original_name: 'photo.txt', state: 'linked' }])
  })
})

describe('E06 forms sent in with somebody else’s address', () => {
  it('send them no more than automatic mail may, and repeat nothing that was filled in', async () => {
    desk.later(26 * 60 * minute)
    await desk.changeMailbox({ settings: { acknowledge: true } })
    const victim = 'victim@example.com'
    const { perAddressPerDay } = getHelpdesk(desk.site.payload).mail.automatic
    const values = { name: 'Call 0900-SCAM', email: victim, message: 'You have won', order: 'SCAM-1' }
    for (let i = 0; i < perAddressPerDay + 7; i++) await send(desk.site, { form: plain, values })
    expect(await of.work()).toBeNull()
    await desk.work()
    const mails = desk.server.mailbox(victim)
    expect(mails).toHaveLength(perAddressPerDay)
    for (const mail of mails) expect(sent(mail)).not.toMatch(/SCAM|have won|Plain contact/)
    expect(await desk.rows('tickets', 'requester_address = $1', [victim])).toHaveLength(perAddressPerDay + 7)
    const contacts = await desk.rows('contactAddresses', 'address = $1', [victim])
    expect(contacts).toMatchObject([{ verified: false }])
  })
})
