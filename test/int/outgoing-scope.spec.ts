import { describe, expect, it } from 'vitest'
import { acceptMessage, addNote, deleteTicket, receiveMessage } from '../../src/index.js'
import { arrivalOf, contentOf } from './deskSite.js'
import { type Outgoing, type Receiver, startReceiver, withOutgoing } from './outgoingRig.js'

// Who is told of what: of which mailboxes, and of what the team keeps to itself.

const all = ['ticketOpened', 'customerReplied', 'agentReplied', 'statusChanged', 'assigned']

let desk: Outgoing
let receiver: Receiver

const listen = withOutgoing({
  data: { events: all },
  onOpen: (opened) => {
    desk = opened.desk
    receiver = opened.receiver
  },
})
const types = () => receiver.calls.map(({ event }) => event.type)

describe('J06 whose events', () => {
  it('a webhook of one mailbox hears nothing of another, also when its own is gone', async () => {
    const sales = await desk.addMailbox('sales@acme.test')
    const { id } = await listen({ mailboxes: [sales] })
    const here = await desk.open({ mailbox: sales })
    await desk.open({ mailbox: desk.mailbox })
    await desk.tell()
    expect(receiver.calls.map(({ event }) => event.data.ticket['id'])).toEqual([here.id])
    expect((await desk.rows('webhookDeliveries')).length).toBe(1)
    // Once its only mailbox is deleted it hears of none, not of all.
    await deleteTicket({ req: desk.system, overrideAccess: true, ticket: here.id })
    expect((await desk.asManager('DELETE', `/mailboxes/${sales}`)).status).toBe(200)
    await desk.open()
    await desk.tell()
    expect(receiver.calls).toHaveLength(1)
    // Nor when something else of it is saved, as the form does with all that it shows.
    for (const data of [{ name: 'Renamed' }, { name: 'Again', mailboxes: [] }]) {
      await desk.change(id, data)
      await desk.open()
      await desk.tell()
      expect(receiver.calls).toHaveLength(1)
    }
    // Until somebody names mailboxes anew, or takes the last one out.
    await desk.change(id, { mailboxes: [desk.mailbox] })
    await desk.change(id, { mailboxes: [] })
    await desk.open()
    await desk.tell()
    expect(receiver.calls).toHaveLength(2)
  })

  it('B03 no note unless chosen, nor the words of whom no agent has accepted', async () => {
    const plain = await startReceiver()
    await listen({ url: plain.url })
    await listen({ includeNotes: true })
    const ticket = await desk.open()
    await addNote({ req: desk.agent, overrideAccess: true, ticket: ticket.id, text: 'CANARY-note-4711' })
    const stranger = await receiveMessage({
      req: desk.system,
      overrideAccess: true,
      ticket: ticket.id,
      contact: ticket.contact,
      from: { name: 'Eve', address: 'eve@example.com' },
      content: contentOf('CANARY-stranger-4711', { html: '<p>CANARY-stranger-4711</p>' }),
      arrival: arrivalOf({ reason: 'stranger', visibility: 'team', unverified: true }),
    })
    await desk.tell()
    expect(JSON.stringify(plain.calls)).not.toContain('CANARY')
    expect(plain.calls.map(({ event }) => event.type)).toEqual(['ticketOpened', 'customerReplied'])
    expect(plain.calls[1]!.event.data.message).toMatchObject({
      visibility: 'team',
      text: null,
      html: null,
    })
    expect(types()).toEqual(['ticketOpened', 'noteAdded', 'customerReplied'])
    const notes = receiver.calls[1]!.event.data.message
    expect(notes).toMatchObject({ kind: 'note', visibility: 'team', text: 'CANARY-note-4711' })
    expect(receiver.calls[2]!.event.data.message['text']).toBe('CANARY-stranger-4711')
    await acceptMessage({
      req: desk.agent,
      overrideAccess: true,
      message: (stranger as { message: number }).message,
    })
    await desk.tell()
    expect(JSON.stringify(plain.calls)).not.toContain('CANARY-note')
    // Accepted, it is the customer's: who was told that there is something is told what it says.
    expect(plain.calls.map(({ event }) => event.type)).toEqual([
      'ticketOpened',
      'customerReplied',
      'customerReplied',
    ])
    expect(plain.calls[2]!.event.data.message).toMatchObject({
      visibility: 'customer',
      text: 'CANARY-stranger-4711',
    })
    await plain.close()
  })
})

it('B03 a note that waits is not sent where notes were switched off meanwhile', async () => {
  const { id } = await listen({ includeNotes: true })
  const ticket = await desk.open()
  receiver.answer = (response) => response.writeHead(500).end()
  await addNote({ req: desk.agent, overrideAccess: true, ticket: ticket.id, text: 'CANARY-late-4711' })
  await desk.tell()
  const [note] = await desk.rows<{ id: number }>('webhookDeliveries', `event = 'noteAdded'`)
  await desk.change(id, { includeNotes: false })
  const refused = await desk.asManager('POST', `/helpdesk/webhooks/deliveries/${note!.id}/redeliver`)
  expect(refused.status).toBe(409)
})
