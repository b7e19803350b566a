import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InboundEmail } from '../../src/collections/types.js'
import { isReplyKey } from '../../src/rules/reference.js'
import { createRig, mailOf, type Rig } from './mailRig.js'
import {
  answerTo,
  bare,
  messageOf,
  quotedBack,
  stateOf,
  type Trip,
  ticketOf,
  tripOf,
} from './threading.trip.js'

// One test a row of the table: what a mail program, a provider or an attacker does to an answer, and where it goes.

let rig: Rig
beforeAll(async () => {
  rig = await createRig({ settings: { replyAddress: 'plus' } })
})
afterAll(() => rig.close())

/** It stands in the ticket for everybody to see, and the ticket is ours to answer again. */
const joins = async (
  trip: Trip,
  raw: string,
  reason: string,
  comesIn: (raw: string) => Promise<InboundEmail> = rig.arrive,
): Promise<void> => {
  const before = await stateOf(rig, trip)
  expect(before.status).toBe('pending')
  const entry = await comesIn(raw)
  expect(entry).toMatchObject({ state: 'done', verdict: 'appended', reason, ticket: trip.ticket.id })
  expect(entry.explanation).not.toBe('')
  expect(await messageOf(rig, entry)).toMatchObject({
    kind: 'customer',
    visibility: 'customer',
    unverified: false,
    reason,
  })
  const after = await stateOf(rig, trip)
  expect(after).toMatchObject({ status: 'open', subject: before.subject, requester: trip.customer })
  expect(after.messages.length).toBe(before.messages.length + 1)
}

/** It stands in the ticket for the team alone, and changes nothing else there. */
const isHeld = async (trip: Trip, raw: string, from: string): Promise<void> => {
  const before = await stateOf(rig, trip)
  const entry = await rig.arrive(raw)
  expect(entry).toMatchObject({ verdict: 'appended', reason: 'stranger', ticket: trip.ticket.id })
  expect(await messageOf(rig, entry)).toMatchObject({
    fromAddress: from,
    visibility: 'team',
    unverified: true,
  })
  const after = await stateOf(rig, trip)
  expect({ ...after, messages: [], participants: [] }).toEqual({ ...before, messages: [], participants: [] })
  const accepted = ({ participants }: typeof after) => participants.filter(({ accepted }) => accepted)
  expect(accepted(after)).toEqual(accepted(before))
}

/** It opens a ticket of its own, and the other one stays as it was. */
const staysOut = async (trip: Trip, raw: string, reason = 'newTicket'): Promise<void> => {
  const before = await stateOf(rig, trip)
  const entry = await rig.arrive(raw)
  expect(entry).toMatchObject({ verdict: 'opened', reason })
  const opened = await ticketOf(rig, entry)
  expect(opened.id).not.toBe(trip.ticket.id)
  expect(opened.relatedTo).toBe(reason === 'possiblyRelated' ? trip.ticket.id : null)
  expect(await stateOf(rig, trip)).toEqual(before)
}

describe('the customer answers', () => {
  it('headers kept', async () => {
    const trip = await tripOf(rig)
    expect(trip.ours.replyTo).toBe(`help+${trip.ticket.replyKey}@acme.test`)
    await joins(trip, answerTo(trip), 'replyKey')
  })

  it('headers stripped, the reply address is left', async () => {
    const trip = await tripOf(rig)
    await joins(trip, answerTo(trip, { 'In-Reply-To': null, References: null }), 'replyKey')
  })

  it('the provider rewrote our Message-ID (SES, Exchange): the customer’s own first one is left', async () => {
    const trip = await tripOf(rig)
    const ses = '<0100018f2b7c1e55-3a9d8f0e-000000@eu-west-1.amazonses.com>'
    const headers = { To: 'help@acme.test', 'In-Reply-To': ses, References: `${trip.firstId} ${ses}` }
    await joins(trip, answerTo(trip, headers), 'theirMessageId')
  })

  it('the provider rewrote every id: the line at the foot is left', async () => {
    const trip = await tripOf(rig)
    const id = '<AM0PR08MB3171ABCDEF@AM0PR08MB3171.eurprd08.prod.outlook.com>'
    const headers = { To: 'help@acme.test', 'In-Reply-To': id, References: id }
    await joins(trip, answerTo(trip, headers, `Thanks!\n\n${quotedBack(trip)}`), 'quotedKey')
  })

  it('subject changed', async () => {
    const trip = await tripOf(rig)
    await joins(trip, answerTo(trip, { To: 'help@acme.test', Subject: 'Something else' }), 'ourMessageId')
  })

  it('plus-address dropped', async () => {
    const trip = await tripOf(rig)
    await joins(trip, answerTo(trip, { To: 'Acme <help@acme.test>' }), 'ourMessageId')
  })

  it('foot line only, in text', async () => {
    const trip = await tripOf(rig)
    await joins(trip, answerTo(trip, bare, `Thanks!\n\n${quotedBack(trip)}`), 'quotedKey')
  })

  it('foot line only, in HTML, broken by the mail program', async () => {
    const trip = await tripOf(rig)
    const html = `<p>Thanks!</p><blockquote type="cite"><p><small>Ref.&nbsp;<b>helpdesk:</b><br>${trip.ticket.replyKey}</small></p></blockquote>`
    await joins(
      trip,
      answerTo(trip, { ...bare, 'Content-Type': 'text/html; charset=utf-8' }, html),
      'quotedKey',
    )
  })

  it('a CC answers the customer’s own first mail, which we never saw answered', async () => {
    const trip = await tripOf(rig, { Cc: 'Ben <ben@example.com>' })
    const headers = {
      ...bare,
      From: 'Ben <ben@example.com>',
      'In-Reply-To': trip.firstId,
      References: trip.firstId,
    }
    await joins(trip, answerTo(trip, headers), 'theirMessageId')
  })
})

describe('somebody else writes', () => {
  it('A04 another person’s forward of the thread, with key, ids and quotes: for the team alone', async () => {
    const trip = await tripOf(rig)
    const raw = answerTo(trip, { From: 'friend@evil.test' }, `What is this?\n\n${quotedBack(trip)}`)
    await isHeld(trip, raw, 'friend@evil.test')
  })

  it('A04 the reply key from a stranger: for the team alone', async () => {
    const trip = await tripOf(rig)
    const headers = { From: 'x@evil.test', Subject: 'Hello', 'In-Reply-To': null, References: null }
    await isHeld(trip, answerTo(trip, headers), 'x@evil.test')
    await isHeld(trip, answerTo(trip, { ...headers, To: 'help@acme.test' }, quotedBack(trip)), 'x@evil.test')
  })

  it('A05 who writes in the customer’s name brings nobody in', async () => {
    const trip = await tripOf(rig)
    await joins(trip, answerTo(trip, { Cc: 'x@evil.test' }), 'replyKey')
    expect((await rig.participants(trip.ticket.id)).map(({ address }) => address)).toEqual([trip.customer])
  })

  it('A06 a stranger’s CC does not come in with them, nor does the stranger', async () => {
    const trip = await tripOf(rig)
    const headers = { From: 'y@evil.test', To: 'help@acme.test', Cc: 'z@evil.test' }
    await isHeld(trip, answerTo(trip, headers), 'y@evil.test')
    const { participants } = await stateOf(rig, trip)
    expect(participants.filter(({ address }) => address.startsWith('z@'))).toEqual([])
    const mail = await rig.reply(trip.ticket, 'To you alone.')
    expect(mail.text).not.toContain('evil.test')
    expect(rig.server.mailbox('y@evil.test')).toEqual([])
  })

  it('A07 the customer’s other address: the requester stays who it was', async () => {
    const trip = await tripOf(rig)
    await isHeld(
      trip,
      answerTo(trip, { From: 'Cora <cora@home.test>', To: 'help@acme.test' }),
      'cora@home.test',
    )
    expect((await stateOf(rig, trip)).requester).toBe(trip.customer)
  })

  it('A08 a code that a service sends to the reply address is not shown to the requester', async () => {
    const trip = await tripOf(rig)
    const sent = rig.server.mailbox(trip.customer).length
    const headers = {
      From: 'no-reply@service.test',
      Subject: 'Your code is 123456',
      'In-Reply-To': null,
      References: null,
    }
    await isHeld(trip, answerTo(trip, headers, 'Your code is 123456.'), 'no-reply@service.test')
    expect((await rig.participants(trip.ticket.id)).map(({ address }) => address)).toEqual([trip.customer])
    await rig.reply(trip.ticket, 'Something else.')
    const since = rig.server.mailbox(trip.customer).slice(sent)
    expect(since.length).toBe(1)
    expect(since[0]!.text).not.toContain('123456')
  })

  it('a customer’s Message-ID from a stranger opens a ticket, possibly related', async () => {
    const trip = await tripOf(rig)
    const headers = { ...bare, From: 'w@evil.test', 'In-Reply-To': trip.firstId }
    await staysOut(trip, answerTo(trip, headers), 'possiblyRelated')
  })
})

describe('what is made up', () => {
  it('A01 a forged In-Reply-To in the form of our ids', async () => {
    const trip = await tripOf(rig)
    const local = trip.ours.id.slice(1, trip.ours.id.indexOf('@'))
    const forged = [
      trip.ours.id.replace(local, `${local.slice(0, -1)}${local.endsWith('a') ? 'b' : 'a'}`),
      `<${trip.ticket.id}@acme.test>`,
      `<ticket-${trip.ticket.number}@acme.test>`,
      `<reply-${trip.ticket.id}-2@acme.test>`,
    ]
    for (const id of forged)
      for (const From of ['x@evil.test', `Cora <${trip.customer}>`])
        await staysOut(trip, answerTo(trip, { ...bare, From, 'In-Reply-To': id, References: id }))
  })

  it('A09 the reply address has a key of 128 bits; a number or a key that is nearly right is nobody’s', async () => {
    const trip = await tripOf(rig)
    const { number, replyKey } = trip.ticket
    expect(isReplyKey(replyKey)).toBe(true)
    expect(replyKey).toMatch(/^[a-z2-7]{26}$/)
    const other = await tripOf(rig)
    expect(other.ticket.replyKey).not.toBe(replyKey)
    const wrong = `${replyKey.slice(0, -1)}${replyKey.endsWith('a') ? 'e' : 'a'}`
    for (const tag of [String(number), `ticket-${number}`, wrong, replyKey.slice(0, 20)])
      for (const From of ['x@evil.test', `Cora <${trip.customer}>`])
        await staysOut(trip, answerTo(trip, { ...bare, From, To: `help+${tag}@acme.test` }))
  })

  it('A10 a forged number in the subject is nobody’s, from strangers and from the customer', async () => {
    const trip = await tripOf(rig)
    const { number, replyKey } = trip.ticket
    for (const From of ['x@evil.test', `Cora <${trip.customer}>`])
      for (const tag of [
        `[#${number}]`,
        `#${number}`,
        `[Ticket#${number}]`,
        `[#${number}-${replyKey.slice(0, 5)}]`,
      ])
        await staysOut(trip, answerTo(trip, { ...bare, From, Subject: `Re: ${tag} hello` }))
  })

  it('A10 where a mailbox wants tags they count with the key’s beginning, and for participants only', async () => {
    const tags = await createRig({ settings: { subjectTag: true, replyAddress: 'plain' } })
    try {
      const trip = await tripOf(tags)
      const { number, replyKey } = trip.ticket
      const tag = `[#${number}-${replyKey.slice(0, 5)}]`
      expect(trip.ours.subject).toContain(tag)
      const arrive = (From: string, Subject: string) =>
        tags.arrive(answerTo(trip, { ...bare, From, Subject }))
      const wrong = `[#${number}-${replyKey.startsWith('aaaaa') ? 'bbbbb' : 'aaaaa'}]`
      expect(await arrive('x@evil.test', `Re: hello ${tag}`)).toMatchObject({
        verdict: 'opened',
        reason: 'newTicket',
      })
      expect(await arrive(trip.customer, `Re: hello ${wrong}`)).toMatchObject({ verdict: 'opened' })
      expect(await arrive(trip.customer, `Re: hello [#${number}]`)).toMatchObject({ verdict: 'opened' })
      expect(await arrive(trip.customer, `Re: hello ${tag}`)).toMatchObject({
        verdict: 'appended',
        reason: 'subjectTag',
        ticket: trip.ticket.id,
      })
    } finally {
      await tags.close()
    }
  })

  it('A11 a number or a key in the text, an attribute or a file is no match', async () => {
    const trip = await tripOf(rig)
    const { number, replyKey } = trip.ticket
    const text = `Ticket#${number}, [#${number}-${replyKey.slice(0, 5)}], #${number}x and ${replyKey} and xhelpdesk ${replyKey}`
    await staysOut(trip, answerTo(trip, bare, text))
    const html = `<p title="${replyKey}" data-ticket="${number}">Hi</p><img alt="helpdesk" src="https://x.test/${replyKey}"><!-- helpdesk:${replyKey} -->`
    await staysOut(trip, answerTo(trip, { ...bare, 'Content-Type': 'text/html' }, html))
    const file = `--b\r\n\r\nSee the file.\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nRef. helpdesk:${replyKey}\r\n--b--`
    await staysOut(trip, answerTo(trip, { ...bare, 'Content-Type': 'multipart/mixed; boundary=b' }, file))
  })
})

describe('two tickets matched', () => {
  it('A12 one gets the mail, always the same one, the other stays as it was', async () => {
    const one = await tripOf(rig)
    const two = await tripOf(rig, { From: `Cora <${one.customer}>` })
    const both = { customer: one.customer }
    const before = await stateOf(rig, one)
    const References = `${two.ours.id} ${one.firstId} ${one.ours.id}`
    const byIds = { To: 'help@acme.test', 'In-Reply-To': null, References }
    // The nearest mail is the last one of References; an address of the mail goes before all ids.
    await joins({ ...one, ...both }, answerTo(one, byIds), 'ourMessageId')
    expect((await stateOf(rig, two)).messages.length).toBe(2)
    const first = await stateOf(rig, one)
    expect(first.messages.length).toBe(before.messages.length + 1)
    await joins({ ...two, ...both }, answerTo(one, { ...byIds, To: two.ours.replyTo }), 'replyKey')
    expect((await stateOf(rig, one)).messages).toEqual(first.messages)
  })
})

describe('References without end', () => {
  const ids = (bytes: number): string => {
    const list: string[] = []
    for (let length = 0, i = 0; length < bytes; i++) {
      const id = `<${i}.${'x'.repeat(60)}@example.com>`
      list.push(id)
      length += id.length + 3
    }
    return list.join('\r\n ')
  }

  it('A13 200 kB of ids: nothing hangs, and the nearest one counts', async () => {
    const trip = await tripOf(rig)
    const References = `${ids(200_000)}\r\n ${trip.ours.id}`
    const answer = answerTo(trip, { To: 'help@acme.test', 'In-Reply-To': null, References })
    // Straight into the journal: the test's own mail server takes its time over such a header.
    await joins(trip, answer, 'ourMessageId', async (raw) => {
      const started = performance.now()
      const [entry] = await rig.take([raw])
      expect(performance.now() - started).toBeLessThan(1500)
      return entry!
    })
  })

  it('A13 comments, words, loops and missing brackets', async () => {
    const trip = await tripOf(rig)
    const own = '<loop@example.com>'
    const References = `mumble (a comment <c@x>) ${own} no-brackets@example.com < broken@ ${trip.ours.id.slice(1, -1)} ${own}`
    const headers = {
      To: 'help@acme.test',
      'Message-ID': own,
      'In-Reply-To': `${own} your message of today`,
      References,
    }
    await joins(trip, answerTo(trip, headers), 'ourMessageId')
  })

  it('A13 a mail that answers itself opens a ticket', async () => {
    const trip = await tripOf(rig)
    const own = '<self@example.com>'
    await staysOut(trip, answerTo(trip, { ...bare, 'Message-ID': own, 'In-Reply-To': own, References: own }))
  })
})

describe('our own address writes', () => {
  it('A20 F05 own address as sender: no ticket, no answer, said why', async () => {
    const trip = await tripOf(rig)
    const before = await stateOf(rig, trip)
    const tickets = (await rig.tickets()).length
    for (const From of [
      'help@acme.test',
      'Acme <HELP@acme.test>',
      `help+${trip.ticket.replyKey}@acme.test`,
    ]) {
      const entry = await rig.arrive(mailOf({ From }))
      expect(entry).toMatchObject({ state: 'done', verdict: 'ignored', reason: 'ownAddress' })
      expect(entry.explanation).not.toBe('')
    }
    const back = await rig.arrive(answerTo(trip, { From: 'help@acme.test', 'Message-ID': trip.ours.id }))
    expect(back).toMatchObject({ verdict: 'ignored', reason: 'ownMail' })
    expect(await stateOf(rig, trip)).toEqual(before)
    expect((await rig.tickets()).length).toBe(tickets)
  })

  it('A20 F05 a mail of ours that comes back with somebody’s Reply-To is no form’s mail', async () => {
    const trip = await tripOf(rig)
    const headers = { From: 'help@acme.test', 'Message-ID': trip.ours.id, 'Reply-To': 'x@evil.test' }
    expect(await rig.arrive(answerTo(trip, headers))).toMatchObject({ verdict: 'ignored', reason: 'ownMail' })
  })

  it('a site’s form mail: the requester is who filled it in, unproven', async () => {
    const entry = await rig.arrive(
      mailOf({
        From: 'Acme Website <help@acme.test>',
        'Reply-To': 'Fay <fay@example.com>',
        Subject: 'Contact form',
      }),
    )
    expect(entry).toMatchObject({ verdict: 'opened', reason: 'newTicket', fromAddress: 'fay@example.com' })
    const ticket = await ticketOf(rig, entry)
    expect(ticket).toMatchObject({ requesterAddress: 'fay@example.com', requesterVerified: false })
    const mail = await rig.reply(ticket)
    expect(mail.text).toContain('To: fay@example.com')
  })
})
