import { simpleParser } from 'mailparser'
import { createLocalReq, type PayloadRequest } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InboundEmail } from '../../src/collections/types.js'
import { getHelpdesk } from '../../src/core/config.js'
import { outboundWork } from '../../src/mail/outbound/deliver.js'
import { guestLink } from '../../src/operations/guestLink.js'
import { acceptMessage, addNote, replyToTicket } from '../../src/operations/index.js'
import { addKey, hashOf, newToken } from '../../src/portal/keys.js'
import { context, createRig, mailOf, type Rig } from './mailRig.js'
import { portalPage } from './portalPage.js'
import { type Answers, visit } from './portalVisitor.js'
import { answerTo, messageOf, quotedBack, type Trip, ticketOf, tripOf } from './threading.trip.js'

// Agents forward mails with their own mail programs: to a supplier, to each other. What comes back says a word that
// stands nowhere else. Whatever the customer can get is looked through for it.

const canary = 'Supplierquote6093'
const supplier = 'sales@supplier.example'

let rig: Rig
let system: PayloadRequest
beforeAll(async () => {
  rig = await createRig({
    options: { portal: { url: 'https://acme.test/support' } },
    settings: { replyAddress: 'plus' },
  })
  system = await createLocalReq({}, rig.payload)
})
afterAll(() => rig.close())

const deliver = async (): Promise<void> => {
  const [slice] = outboundWork(getHelpdesk(rig.payload))
  while ((await slice!.run(context(rig.payload))).more);
}

/** All that the customer of a ticket has: each mail, the portal's answers and its pages, signed in and by a link. */
const customerHas = async ({ customer, ticket }: Trip): Promise<string> => {
  await deliver()
  let all = ''
  for (const { raw } of rig.server.mailbox(customer)) {
    const { text, html, headerLines } = await simpleParser(raw)
    all += raw.toString('utf8') + JSON.stringify([text, html, headerLines])
  }
  const session = newToken()
  await addKey({ req: system, kind: 'session', key: hashOf(session), address: customer, ms: 60_000 })
  const mailbox = { id: rig.mailbox, address: 'help@acme.test', name: 'Acme' }
  const url = await guestLink({ req: system, mailbox, ticket: ticket.id, address: customer })
  const guest = new URL(url).searchParams.get('guest')!
  for (const as of [
    { site: rig.site, session },
    { site: rig.site, guest },
  ]) {
    const { status, response } = await visit(as).get(`/tickets/${ticket.number}`)
    expect(status).toBe(200)
    all += (await response.text()) + (await portalPage(as, { ticket: String(ticket.number) }))
  }
  const list = await visit({ site: rig.site, session }).get<Answers>('/tickets')
  expect(list.body.tickets.map(({ number }) => number)).toEqual([ticket.number])
  return all + (await list.response.text())
}

const outbox = (ticket: unknown) =>
  rig.sql(`select kind, recipients from ${rig.table('outboundEmails')} where ticket_id = $1 order by id`, [
    ticket,
  ])

type Came = { trip: Trip; raw: string; from: string }

/** A mail has come in: the customer has nothing of it then, nor after the next answer to them. */
const isKeptFrom = async ({ trip, raw, from }: Came): Promise<InboundEmail> => {
  const [mails, queued] = [rig.server.mailbox(trip.customer).length, await outbox(trip.ticket.id)]
  const entry = await rig.arrive(raw)
  expect(entry).toMatchObject({ state: 'done', fromAddress: from })
  const thread = await rig.site.rest('GET', `/helpdesk/tickets/${entry.ticket}`, {
    user: rig.site.users.manager,
  })
  expect(JSON.stringify(thread.body)).toContain(canary)
  const { messageId } = await messageOf(rig, entry)
  const isTold = async () => {
    const has = await customerHas(trip)
    return [canary, from, messageId].filter((trace) => has.includes(trace))
  }
  expect(await isTold()).toEqual([])
  expect(rig.server.mailbox(trip.customer)).toHaveLength(mails)
  expect(await outbox(trip.ticket.id)).toEqual(queued)
  await rig.reply(trip.ticket, 'We have asked, and let you know.')
  expect(await isTold()).toEqual([])
  expect(rig.server.mailbox(trip.customer)).toHaveLength(mails + 1)
  return entry
}

/** It stands in the customer's own ticket, for the team alone; and would be the customer's to read if an agent said so. */
const isHeld = async (came: Came): Promise<void> => {
  const { trip, from } = came
  const taking = async () => (await rig.participants(trip.ticket.id)).filter(({ accepted }) => accepted)
  const before = await taking()
  const entry = await isKeptFrom(came)
  expect(entry).toMatchObject({ verdict: 'appended', reason: 'stranger', ticket: trip.ticket.id })
  expect(await messageOf(rig, entry)).toMatchObject({
    kind: 'customer',
    visibility: 'team',
    unverified: true,
    fromAddress: from,
  })
  expect(await taking()).toEqual(before)
  const mailbox = { id: rig.mailbox, address: 'help@acme.test', name: 'Acme' }
  expect(await guestLink({ req: system, mailbox, ticket: trip.ticket.id, address: from })).toBe('')
  await acceptMessage({ req: system, overrideAccess: true, message: entry.message! })
  expect(await customerHas(trip)).toContain(canary)
}

const quote = `It costs 40 each, but tell nobody: ${canary}.`

describe('B04 the answer to a forward', () => {
  it('of the customer’s own mail, from the mailbox’s account, is a ticket of its own that the customer never sees', async () => {
    const trip = await tripOf(rig)
    const forward = {
      From: 'Acme <help@acme.test>',
      To: supplier,
      'Message-ID': `<forward-${trip.ticket.number}@acme.test>`,
      References: trip.firstId,
    }
    // Its copy comes back to where mail is fetched.
    const copy = await rig.arrive(mailOf(forward, `Can you deliver this? ${canary}`))
    expect(copy).toMatchObject({ verdict: 'ignored', reason: 'ownAddress' })
    const raw = mailOf(
      {
        From: `Sam <${supplier}>`,
        'In-Reply-To': forward['Message-ID'],
        References: `${trip.firstId} ${forward['Message-ID']}`,
      },
      quote,
    )
    const entry = await isKeptFrom({ trip, raw, from: supplier })
    expect(entry).toMatchObject({ verdict: 'opened', reason: 'possiblyRelated' })
    expect(await ticketOf(rig, entry)).toMatchObject({
      requesterAddress: supplier,
      relatedTo: trip.ticket.id,
    })
    expect((await rig.participants(entry.ticket!)).map(({ address }) => address)).toEqual([supplier])
  })

  it('of our answer, with the line at its foot, is held for the team', async () => {
    const trip = await tripOf(rig)
    const headers = { From: supplier, 'In-Reply-To': '<forward@office.example>', References: null }
    const raw = mailOf(headers, `${quote}\n\n${quotedBack(trip)}`)
    await isHeld({ trip, raw, from: supplier })
  })

  it('of our answer, with all of its ids and the address for answers, is held for the team', async () => {
    const trip = await tripOf(rig)
    await isHeld({ trip, raw: answerTo(trip, { From: supplier }, quote), from: supplier })
  })

  it('of a letter that an agent wrote to them alone is held for the team, and the letter is the team’s too', async () => {
    const trip = await tripOf(rig)
    const asked = 'Askedthesupplier6093'
    await replyToTicket({
      req: system,
      overrideAccess: true,
      ticket: trip.ticket.id,
      text: `What does it cost? ${asked}`,
      to: [{ name: 'Sales', address: supplier }],
      undoWindowMs: 0,
    })
    await deliver()
    expect(rig.server.mailbox(supplier).at(-1)!.text).toContain(asked)
    const has = await customerHas(trip)
    expect([asked, supplier].filter((trace) => has.includes(trace))).toEqual([])
    await isHeld({ trip, raw: answerTo(trip, { From: supplier }, quote), from: supplier })
  })

  it('by somebody who got a hidden copy and answers all is held for the team, and B08 nobody learns of them', async () => {
    const trip = await tripOf(rig)
    const address = 'boss@hidden.example'
    await replyToTicket({
      req: system,
      overrideAccess: true,
      ticket: trip.ticket.id,
      text: 'With a copy',
      to: [{ name: '', address: trip.customer }],
      bcc: [{ name: 'Boss', address }],
      undoWindowMs: 0,
    })
    await deliver()
    expect(rig.server.mailbox(address)).toHaveLength(1)
    await isHeld({ trip, raw: answerTo(trip, { From: address, Cc: trip.customer }, quote), from: address })
  })
})

describe('B04 an agent’s own mail', () => {
  it('A02 into the ticket is held like a stranger’s: it is no agent’s answer, and is mailed to nobody', async () => {
    const { email } = rig.site.users.agent
    const trip = await tripOf(rig)
    await isHeld({ trip, raw: answerTo(trip, { From: `Agent <${email}>` }, quote), from: email })
    const replies = (await rig.messages(trip.ticket.id)).filter(({ kind }) => kind === 'reply')
    expect(replies.map(({ text }) => text.includes(canary))).toEqual([false, false])
  })

  it('to the mailbox, with nothing of the ticket but its number, is a ticket of their own', async () => {
    const { email } = rig.site.users.otherAgent
    const trip = await tripOf(rig)
    const raw = mailOf({ From: email, Subject: `[#${trip.ticket.number}] Re: Broken lamp` }, quote)
    const entry = await isKeptFrom({ trip, raw, from: email })
    expect(entry).toMatchObject({ verdict: 'opened', reason: 'newTicket' })
  })

  it('answers no note: a note leaves by no mail that anybody could answer', async () => {
    const trip = await tripOf(rig)
    const [before, mails] = [await outbox(trip.ticket.id), rig.server.submissions.length]
    const req = await createLocalReq({}, rig.payload)
    const { message } = await addNote({ req, overrideAccess: true, ticket: trip.ticket.id, text: quote })
    expect(await customerHas(trip)).not.toContain(canary)
    expect(await outbox(trip.ticket.id)).toEqual(before)
    expect(rig.server.submissions).toHaveLength(mails)
    const note = (await rig.messages(trip.ticket.id)).find(({ id }) => id === message)
    expect(note).toMatchObject({ kind: 'note', visibility: 'team', messageId: '' })
  })
})
