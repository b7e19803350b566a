import type { InboundEmail, Message, Ticket } from '../../src/collections/types.js'
import { header } from './mail-out.desk.js'
import { mailOf, type Rig } from './mailRig.js'

/** A ticket of a customer of its own, answered once: what the threading table is tried on. */
export type Trip = {
  customer: string
  ticket: Ticket
  /** The Message-ID of the customer's own first mail. */
  firstId: string
  /** The headers of our answer, and its text as the customer reads it. */
  ours: { id: string; replyTo: string; references: string; subject: string; text: string }
}

let counter = 0

const decoded = (mail: { text: string }): string =>
  mail.text.slice(mail.text.indexOf('\r\n\r\n')).replace(/=\r\n/g, '').replace(/\r\n/g, '\n')

/** A customer writes, a ticket opens, an agent answers, and the answer lies in the customer's mailbox. */
export const tripOf = async (rig: Rig, headers: Record<string, string> = {}): Promise<Trip> => {
  counter += 1
  const customer = `customer${counter}@example.com`
  const firstId = `<first-${counter}@example.com>`
  const entry = await rig.arrive(mailOf({ From: `Cora <${customer}>`, 'Message-ID': firstId, ...headers }))
  const ticket = await ticketOf(rig, entry)
  const mail = await rig.reply(ticket)
  const value = (name: string): string => header(mail, name) ?? ''
  return {
    customer,
    ticket,
    firstId,
    ours: {
      id: value('Message-ID'),
      replyTo: value('Reply-To'),
      references: value('References'),
      subject: value('Subject'),
      text: decoded(mail),
    },
  }
}

export const ticketOf = async (rig: Rig, entry: InboundEmail): Promise<Ticket> => {
  const found = (await rig.tickets()).find(({ id }) => id === entry.ticket)
  if (!found) throw new Error(`That mail is in no ticket: ${entry.verdict} ${entry.explanation}`)
  return found
}

export const messageOf = async (rig: Rig, entry: InboundEmail): Promise<Message> => {
  const found = (await rig.messages()).find(({ id }) => id === entry.message)
  if (!found) throw new Error(`That mail is no message: ${entry.verdict} ${entry.explanation}`)
  return found
}

/** The answer of a mail program that keeps all its headers, with these changed or left out (null). */
export const answerTo = (
  { customer, ours }: Trip,
  headers: Record<string, string | null> = {},
  body = 'It works now, thank you.',
): string =>
  mailOf(
    {
      From: `Cora <${customer}>`,
      To: ours.replyTo,
      Subject: ours.subject,
      'In-Reply-To': ours.id,
      References: `${ours.references} ${ours.id}`,
      ...headers,
    },
    body,
  )

/** A mail program that kept nothing of our mail: no headers, the plain address, a subject of its own. */
export const bare = {
  To: 'help@acme.test',
  Subject: 'My lamp again',
  'In-Reply-To': null,
  References: null,
}

export const quotedBack = ({ ours }: Trip): string =>
  ours.text
    .trim()
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')

/** What may change in a ticket by a mail that belongs to it. */
export const stateOf = async (rig: Rig, { ticket }: Trip) => {
  const now = (await rig.tickets()).find(({ id }) => id === ticket.id)!
  const messages = await rig.messages(ticket.id)
  return {
    status: now.status,
    subject: now.subject,
    requester: now.requesterAddress,
    messages: messages.map(({ kind, visibility, unverified }) => ({ kind, visibility, unverified })),
    participants: await rig.participants(ticket.id),
  }
}
