import { createLocalReq } from 'payload'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { renewReplyKey } from '../../src/operations/index.js'
import { header } from './mail-out.desk.js'
import { createRig, type Rig } from './mailRig.js'
import { answerTo, bare, quotedBack, ticketOf, tripOf } from './threading.trip.js'

let rig: Rig
beforeAll(async () => {
  rig = await createRig({ settings: { replyAddress: 'plus' } })
})
afterAll(() => rig.close())

it('A09 a renewed reply key: the old one is nobody’s, the next mail carries the new one, and headers go on counting', async () => {
  const trip = await tripOf(rig)
  const req = await createLocalReq({}, rig.payload)
  const { ticket } = await renewReplyKey({ req, overrideAccess: true, ticket: trip.ticket.id })
  expect(ticket.replyKey).toMatch(/^[a-z2-7]{26}$/)
  expect(ticket.replyKey).not.toBe(trip.ticket.replyKey)

  const old = { ...bare, To: trip.ours.replyTo }
  for (const raw of [answerTo(trip, old), answerTo(trip, bare, quotedBack(trip))])
    expect(await rig.arrive(raw)).toMatchObject({ verdict: 'opened', reason: 'newTicket' })
  expect(await rig.arrive(answerTo(trip))).toMatchObject({
    verdict: 'appended',
    reason: 'ourMessageId',
    ticket: trip.ticket.id,
  })

  const mail = await rig.reply(await ticketOf(rig, { ticket: trip.ticket.id } as never))
  const replyTo = header(mail, 'Reply-To') ?? ''
  expect(replyTo).toContain(ticket.replyKey)
  // A soft line break may stand within it.
  expect(mail.text.replace(/=\r\n/g, '')).toContain(`helpdesk:${ticket.replyKey}`)
  expect(await rig.arrive(answerTo(trip, { ...bare, To: replyTo }))).toMatchObject({
    verdict: 'appended',
    reason: 'replyKey',
    ticket: trip.ticket.id,
  })
  const [told] = await rig.sql(`select 1 from ${rig.table('activities')} where kind = 'replyKeyRenewed'`)
  expect(told).toBeTruthy()
})
