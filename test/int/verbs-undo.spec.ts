import { createLocalReq, type PayloadRequest } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getHelpdesk } from '../../src/core/config.js'
import { insertRows } from '../../src/core/database.js'
import { ensureContact, replyToTicket, saveDraft, undoReply } from '../../src/index.js'
import { sweepWork } from '../../src/mail/inbound/sweep.js'
import { joinTicket } from '../../src/operations/participants.js'
import { uploadAttachment } from '../../src/operations/uploadAttachment.js'
import { ada, type DeskSite, openDeskSite } from './deskSite.js'

let desk: DeskSite
let agent: PayloadRequest

beforeAll(async () => {
  desk = await openDeskSite()
  agent = await desk.reqOf(desk.site.users.agent)
})

afterAll(() => desk.site.close())

const people = async (ticket: unknown) =>
  (await desk.rows('participants', 'ticket_id = $1', [ticket])).map((row) => [
    row['address'],
    row['accepted'],
  ])

const sweep = () =>
  sweepWork().run({
    payload: desk.site.payload,
    signal: new AbortController().signal,
    workerId: 'test',
    wake: () => undefined,
  })

describe('taking a reply back', () => {
  it('lets those go again whom it made take part, and trusts nobody it had accepted', async () => {
    const { ticket } = await desk.open()
    const stranger = { name: 'Carl', address: 'carl@example.com' }
    await joinTicket({
      req: desk.system,
      ticket: ticket.id,
      people: [{ ...stranger, role: 'cc', accepted: false }],
    })
    const { message } = await replyToTicket({
      req: agent,
      ticket: ticket.id,
      text: 'It is fixed.',
      to: [ada, stranger],
      cc: [{ name: '', address: 'tpyo@example.com' }],
    })
    expect(await people(ticket.id)).toEqual([
      ['ada@example.com', true],
      ['carl@example.com', true],
      ['tpyo@example.com', true],
    ])
    await undoReply({ req: agent, message })
    expect(await people(ticket.id)).toEqual([
      ['ada@example.com', true],
      ['carl@example.com', false],
    ])
  })

  it('keeps whom another reply names too', async () => {
    const { ticket } = await desk.open()
    const cc = [{ name: '', address: 'Dora@example.com' }]
    const first = await replyToTicket({ req: agent, ticket: ticket.id, text: 'One.', to: [ada], cc })
    await replyToTicket({ req: agent, ticket: ticket.id, text: 'Two.', to: [ada], cc })
    await undoReply({ req: agent, message: first.message })
    expect((await people(ticket.id)).map(([address]) => address)).toContain('dora@example.com')
  })

  it('sweeps its files when the draft is discarded', async () => {
    const { ticket } = await desk.open()
    const file = { name: 'plan.txt', type: 'text/plain', data: Buffer.from('a plan') }
    const { attachment } = await uploadAttachment({ req: agent, file })
    const { message } = await replyToTicket({
      req: agent,
      ticket: ticket.id,
      text: 'See the plan.',
      to: [ada],
      attachments: [attachment],
    })
    await undoReply({ req: agent, message })
    const undone = await desk.one('attachments', attachment)
    expect(undone).toMatchObject({ message_id: null, state: 'pending' })
    expect(undone['sweep_after']).not.toBeNull()
    await saveDraft({ req: agent, ticket: ticket.id, kind: 'reply', source: null })
    await desk.site.payload.db.updateOne({
      collection: getHelpdesk(desk.site.payload).slugs.attachments,
      id: attachment,
      data: { sweepAfter: new Date(0).toISOString() },
      req: desk.system,
    })
    await sweep()
    expect(await desk.one('attachments', attachment)).toBeUndefined()
  })
})

describe('a reply that was written before something newer came', () => {
  it("is refused for a site's own code too", async () => {
    const { ticket, message } = await desk.open()
    await desk.receive(ticket)
    await expect(
      replyToTicket({
        req: await createLocalReq({}, desk.site.payload),
        overrideAccess: true,
        ticket: ticket.id,
        text: 'Yes.',
        to: [ada],
        seen: message,
      }),
    ).rejects.toThrow(/newer/)
  })
})

describe('deleting', () => {
  const remove = (collection: 'contacts' | 'mailboxes', id: unknown) =>
    desk.site.payload.delete({
      collection: getHelpdesk(desk.site.payload).slugs[collection] as never,
      id: id as never,
      depth: 0,
      overrideAccess: true,
      req: desk.system,
    })

  it('sets the addresses of a contact free', async () => {
    const eve = { name: 'Eve', address: 'eve@example.com' }
    const { contact } = await ensureContact({ req: desk.system, ...eve })
    await remove('contacts', contact)
    const again = await ensureContact({ req: desk.system, ...eve })
    expect(again.contact).toBeTruthy()
    expect(again.contact).not.toBe(contact)
    expect((await desk.open({ from: eve })).ticket.contact).toBe(again.contact)
  })

  it('refuses a mailbox whose mail waits to be handled', async () => {
    const mailbox = await desk.makeMailbox('Old', 'old@acme.example')
    const { slugs } = getHelpdesk(desk.site.payload)
    const [entry] = await insertRows({
      req: desk.system,
      slug: slugs.inboundEmails,
      rows: [{ mailbox, folder: 'INBOX', uidValidity: 1, uid: 1, state: 'quarantined', attempts: 4 }],
    })
    await expect(remove('mailboxes', mailbox)).rejects.toThrow(/waits to be handled/)
    await desk.site.payload.db.updateOne({
      collection: slugs.inboundEmails,
      id: entry!,
      data: { state: 'done' },
      req: desk.system,
    })
    await remove('mailboxes', mailbox)
    expect(await desk.one('mailboxes', mailbox)).toBeUndefined()
  })
})
