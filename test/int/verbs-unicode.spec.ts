import type { PayloadRequest } from 'payload'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readThread } from '../../src/admin/queries/thread.js'
import { acceptMessage, allowImages, receiveMessage, replyToTicket, undoReply } from '../../src/index.js'
import { joinTicket } from '../../src/operations/participants.js'
import { ada, arrivalOf, contentOf, type DeskSite, openDeskSite } from './deskSite.js'

// An address in Unicode and the same in punycode are one; what is kept of it is kept under the latter.

const ann = { name: 'Ann', address: 'ann@müller.de' }
const annOnTheWire = 'ann@xn--mller-kva.de'

let desk: DeskSite
let agent: PayloadRequest

beforeAll(async () => {
  desk = await openDeskSite()
  agent = await desk.reqOf(desk.site.users.agent)
})
afterAll(() => desk.site.close())

it('shows the images of a sender for whom they were allowed', async () => {
  const { ticket, message } = await desk.open({ from: ann })
  const shown = async () =>
    (await readThread({ req: agent, ticket: ticket.id, limit: 10 })).messages[0]?.imagesAllowed
  expect(await shown()).toBe(false)
  await allowImages({ req: agent, message, allowed: true })
  expect(await shown()).toBe(true)
  // Of the team's own words there is nothing to allow, nor of anybody else's.
  const other = await desk.open()
  expect(
    (await readThread({ req: agent, ticket: other.ticket.id, limit: 10 })).messages[0]?.imagesAllowed,
  ).toBe(false)
  await allowImages({ req: agent, message, allowed: false })
  expect(await shown()).toBe(false)
})

it('accepts all that a sender wrote, in whichever form the address stood', async () => {
  const { ticket } = await desk.open()
  const receive = async (address: string) =>
    (
      await receiveMessage({
        req: desk.system,
        overrideAccess: true,
        ticket: ticket.id,
        contact: ticket.contact,
        from: { name: 'Ann', address },
        content: contentOf('Me too.'),
        arrival: arrivalOf({ reason: 'replyKey', unverified: true, visibility: 'team' }),
      })
    ).message!
  const messages = [await receive(ann.address), await receive(annOnTheWire)]
  const stranger = await receive('bob@müller.de')
  await acceptMessage({ req: agent, message: messages[1]! })
  for (const id of messages)
    expect(await desk.one('messages', id)).toMatchObject({ unverified: false, visibility: 'customer' })
  expect(await desk.one('messages', stranger)).toMatchObject({ unverified: true, visibility: 'team' })
})

it('keeps whom another reply names too when one is taken back', async () => {
  const { ticket } = await desk.open()
  const reply = (cc: string) =>
    replyToTicket({
      req: agent,
      ticket: ticket.id,
      text: 'Hello.',
      to: [ada],
      cc: [{ name: '', address: cc }],
    })
  const first = await reply(ann.address)
  await reply('Ann@Müller.de')
  await undoReply({ req: agent, message: first.message })
  const people = async () =>
    (await desk.rows('participants', 'ticket_id = $1', [ticket.id])).map((row) => row['address'])
  expect(await people()).toEqual([ada.address, annOnTheWire])
  await joinTicket({ req: desk.system, ticket: ticket.id, people: [{ ...ann, role: 'cc', accepted: true }] })
  expect(await people()).toHaveLength(2)
})
