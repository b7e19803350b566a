import { Parser } from 'htmlparser2'
import { simpleParser } from 'mailparser'
import { createLocalReq } from 'payload'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { getHelpdesk } from '../../src/core/config.js'
import { outboundWork } from '../../src/mail/outbound/deliver.js'
import { changeStatus } from '../../src/operations/changeStatus.js'
import { replyToTicket } from '../../src/operations/replyToTicket.js'
import type { ReceivedMail } from '../mailServer.js'
import { context, createRig, mailOf, type Rig } from './mailRig.js'
import { ticketOf } from './threading.trip.js'

// What a customer calls themselves and their matter, in each place where a mail of ours shows it.

const everywhere = `Hello {customer_first_name},

{customer_full_name} <{customer_email}> wrote about {ticket_title}: ({ticket_title})

On Monday {customer_full_name} wrote:
> {ticket_title}

https://acme.test/?of={customer_first_name}

You got: {reply_content}

{reply_content}

{agent_name} {mailbox_name}

{mailbox_signature}`
const words = {
  on: true,
  words: { en: { subject: '{ticket_title} {customer_full_name}', body: everywhere } },
}

let rig: Rig
beforeAll(async () => {
  rig = await createRig({ settings: { acknowledge: true, trustedAuthservId: 'mx.acme.test' } })
  const events = ['ticketReceived', 'agentReplied', 'ticketResolved', 'ticketReopened']
  await rig.payload.update({
    collection: 'mailboxes' as never,
    id: rig.mailbox,
    data: {
      templates: Object.fromEntries(
        // Whether that one is sent is a setting of its own.
        events.map((event) => [event, event === 'ticketReceived' ? { words: words.words } : words]),
      ),
    } as never,
    depth: 0,
    overrideAccess: true,
    req: await createLocalReq({}, rig.payload),
  })
})
afterAll(() => rig.close())

/** Each element with the names and values of its attributes, and the text between them. */
const read = (html: string) => {
  const elements: string[] = []
  let text = ''
  const parser = new Parser({
    onopentag: (name, attributes) => elements.push(`${name} ${JSON.stringify(attributes)}`),
    oncomment: () => elements.push('a comment'),
    ontext: (said) => {
      text += said
    },
  })
  parser.end(html)
  return { elements, text }
}

/** Everything of a ticket that we mail: acknowledgement, two answers, two changes of its status. */
const lettersOf = async ({ address, name, subject }: { address: string; name: string; subject: string }) => {
  const proof = 'Authentication-Results: mx.acme.test; dmarc=pass header.from=example.com\r\n'
  const quoted = `"${name.replace(/["\\]/g, '\\$&')}"`
  const entry = await rig.arrive(
    proof + mailOf({ From: `${quoted} <${address}>`, Subject: subject }, subject),
  )
  const ticket = await ticketOf(rig, entry)
  const req = await createLocalReq({}, rig.payload)
  const reply = (written: object) =>
    replyToTicket({
      req,
      overrideAccess: true,
      ticket: ticket.id,
      to: [{ name, address }],
      undoWindowMs: 0,
      ...written,
    })
  // As an agent quotes the customer: as plain text, and in the editor.
  await reply({ text: `On Monday ${name} wrote:\n> ${subject}\n\nHave you tried turning it on?` })
  const line = (text: string) => ({ type: 'paragraph', children: [{ type: 'text', text }] })
  const quote = { type: 'quote', children: [{ type: 'text', text: subject }] }
  await reply({
    source: { root: { type: 'root', children: [line(`${name} wrote:`), quote, line('Try it.')] } },
  })
  for (const status of ['resolved', 'open'] as const)
    await changeStatus({ req, overrideAccess: true, ticket: ticket.id, status })
  const [deliver] = outboundWork(getHelpdesk(rig.payload))
  // A letter waits for the one before it in its ticket, so that a run may end before the last one has left.
  const isWaiting = async () =>
    (await rig.sql(`select 1 from ${rig.table('outboundEmails')} where state in ('queued', 'sending')`))
      .length
  do await deliver!.run(context(rig.payload))
  while (await isWaiting())
  return rig.server.mailbox(address)
}

const htmlOf = async ({ raw }: ReceivedMail): Promise<string> => {
  const { html } = await simpleParser(raw)
  if (!html) throw new Error('That mail has no HTML.')
  return html
}

it('E05 markup in a customer’s name and subject is text in every mail, and makes no element', async () => {
  const evil = '<a href="https://evil.test/x">here</a><h1>Win</h1><img src=x onerror=alert(1)>'
  const hostile = await lettersOf({
    address: 'markup@example.com',
    name: `${evil}</p></div><script>1</script> O'Hara`,
    subject: `${evil} --></title><style>*{}</style>&lt;b&gt;`,
  })
  const plain = await lettersOf({ address: 'simple@example.com', name: 'Simple Name', subject: 'My lamp' })
  expect([hostile.length, plain.length]).toEqual([5, 5])
  // Which of two letters comes first is chance; each kind has the same elements.
  const elementsOf = async (mails: readonly ReceivedMail[]) =>
    (await Promise.all(mails.map(async (mail) => read(await htmlOf(mail)).elements.join('\n')))).sort()
  expect(await elementsOf(hostile)).toEqual(await elementsOf(plain))
  for (const mail of hostile) {
    const { text } = read(await htmlOf(mail))
    // As words it does stand there: in the greeting by its first word, in full where the name is.
    expect(text).toContain('Hello <a,')
    expect(text.split('<h1>Win</h1><img src=x onerror=alert(1)>').length).toBeGreaterThan(5)
    expect(text).toContain('&lt;b&gt;')
  }
})
