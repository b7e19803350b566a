// A mail's way through the running site: in by IMAP, shown live, answered over the API, out by SMTP, and back again.
import { setTimeout as wait } from 'node:timers/promises'
import { makeClient, watchLive } from './client.mjs'
import { step } from './shell.mjs'

const address = 'help@acme.test'
const customer = 'grace@example.test'
const password = 'A password of the mailbox.'
const file = 'Where are parcels 1 and 2?\n'

const until = async (what, seconds, look) => {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) throw new Error(`${what} within ${seconds} s.`)
    await wait(100)
  }
}

const firstMail = () =>
  [
    `From: Grace <${customer}>`,
    `To: ${address}`,
    'Subject: My order has not come',
    'Message-ID: <first@example.test>',
    `Date: ${new Date().toUTCString()}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=parts',
    '',
    '--parts',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>Where <b>is</b> it?<script>alert(1)</script> – Grace</p>',
    '--parts',
    'Content-Type: text/plain; charset=utf-8; name="parcels.txt"',
    'Content-Disposition: attachment; filename="parcels.txt"',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(file).toString('base64'),
    '--parts--',
    '',
  ].join('\r\n')

const letter = {
  root: {
    type: 'root',
    version: 1,
    format: '',
    indent: 0,
    direction: 'ltr',
    children: [
      {
        type: 'paragraph',
        version: 1,
        format: '',
        indent: 0,
        direction: 'ltr',
        textFormat: 0,
        children: [
          {
            type: 'text',
            version: 1,
            text: 'It is on its ',
            format: 0,
            detail: 0,
            mode: 'normal',
            style: '',
          },
          { type: 'text', version: 1, text: 'way', format: 1, detail: 0, mode: 'normal', style: '' },
        ],
      },
    ],
  },
}

const headerOf = (raw, name) =>
  new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, 'im').exec(raw)?.[1].replace(/\r\n/g, '')

const claimDesk = async ({ call }) => {
  await call('POST', '/users/first-register', { email: 'owner@acme.test', password: 'The first user.' })
  const { claimed } = await call('POST', '/helpdesk/claim', {})
  if (!claimed) throw new Error('The claim was not granted.')
}

/** Does the trip; throws where it ends early. The agent's screen stays open. */
export const makeTrip = async ({ url, mail }) => {
  const client = makeClient(url)
  const { call } = client
  const door = (server) => ({ ...server, security: 'none', user: address, password })

  await step('The admin panel answers', async () => {
    const response = await fetch(`${url}/admin`)
    if (!response.ok) throw new Error(`/admin answered ${response.status}: ${await response.text()}`)
  })
  await step('The first user claims the help desk', () => claimDesk(client))
  const mailbox = await step('A mailbox is made', async () => {
    mail.addAccount({ address, password })
    const { doc } = await call('POST', '/mailboxes', {
      name: 'Help',
      address,
      receive: { kind: 'imap', ...door(mail.imap) },
      send: { kind: 'smtp', ...door(mail.smtp) },
      settings: { acknowledge: true },
    })
    // The first connection begins with mail that comes after it, so the first mail waits for it.
    await until('The mailbox was not connected to', 60, async () => {
      const { mailboxes } = await call('GET', '/helpdesk/inbox/overview')
      return mailboxes[0]?.health === 'ok'
    })
    return doc
  })

  const live = await watchLive(client)
  const rowOf = (found) => (event) => event.type === 'ticket' && found(event.ticket) && event.ticket
  const ticket = await step('A customer’s mail becomes a ticket on the open screen', async () => {
    mail.deliver({ to: address, raw: firstMail() })
    return live.waitFor('a ticket', rowOf(Boolean))
  })
  if (ticket.subject !== 'My order has not come' || ticket.requester.address !== customer)
    throw new Error(`The ticket is another one: ${JSON.stringify(ticket)}`)
  await step('It shows what the customer sent', async () => {
    const { messages } = await call('GET', `/helpdesk/tickets/${ticket.id}`)
    const { html, attachments } = messages[0]
    if (!html.includes('<b>is</b>') || html.includes('script')) throw new Error(`The message is: ${html}`)
    const answer = await fetch(new URL(attachments[0].url, url), { headers: client.headers() })
    const bytes = await answer.text()
    if (bytes !== file) throw new Error(`The attachment is: ${answer.status} ${bytes}`)
  })

  const { answer } = await step('The answer reaches the customer from the mailbox’s address', async () => {
    const to = [{ address: customer, name: 'Grace' }]
    await call('POST', `/helpdesk/tickets/${ticket.id}/reply`, { source: letter, to, status: 'resolved' })
    await live.waitFor(
      'the ticket, resolved',
      rowOf(({ id, status }) => id === ticket.id && status === 'resolved'),
    )
    const { text } = await mail.waitFor(
      customer,
      (found) => /It is on its <(strong|b)\b[^>]*>way/.test(found.text),
      60_000,
    )
    if (!headerOf(text, 'From')?.includes(`<${address}>`))
      throw new Error(`The answer is not from the mailbox:\n${text}`)
    if (headerOf(text, 'In-Reply-To') !== '<first@example.test>')
      throw new Error(`The answer does not name the customer's mail:\n${text}`)
    return { answer: text }
  })
  await step('The customer’s reply is in the same ticket, which is open again', async () => {
    mail.deliver({
      to: address,
      raw: [
        `From: Grace <${customer}>`,
        `To: ${address}`,
        'Subject: Re: My order has not come',
        'Message-ID: <second@example.test>',
        `In-Reply-To: ${headerOf(answer, 'Message-ID')}`,
        `Date: ${new Date().toUTCString()}`,
        '',
        'Thank you, but it is the wrong one.',
        '',
      ].join('\r\n'),
    })
    await live.waitFor(
      'the ticket, open again',
      rowOf(({ id, status }) => id === ticket.id && status === 'open'),
    )
    const { messages } = await call('GET', `/helpdesk/tickets/${ticket.id}`)
    if (messages.length !== 3 || !messages[2].text.includes('the wrong one'))
      throw new Error(`The thread is: ${JSON.stringify(messages.map(({ text }) => text))}`)
  })

  // The site's routes and its instrumentation are bundles of their own, each with its copy of the package: what one
  // of them marks, throws or begins, the hooks of the other have to know.
  await step('An agent writes to a customer first', async () => {
    const made = await call('POST', '/helpdesk/tickets', {
      mailbox: mailbox.id,
      requester: { name: 'Linus', address: 'linus@example.test' },
      subject: 'Your invoice',
      text: 'Here it comes.',
    })
    await live.waitFor(
      'the new ticket',
      rowOf(({ id }) => id === made.ticket.id),
    )
    await mail.waitFor('linus@example.test', ({ text }) => text.includes('Here it comes.'), 60_000)
  })
  return { client, live, ticket }
}

/** What a verb alone may write, and what is not there; both are answered in words, whichever bundle has thrown. */
export const checkRefusals = ({ client, ticket }) =>
  step('What only a verb may write is refused with a sentence', async () => {
    const refused = await client.ask('PATCH', `/tickets/${ticket.id}`, { status: 'closed' })
    if (refused.status !== 403 && refused.status !== 400) throw new Error(`It was ${refused.status}`)
    if (!refused.text.includes('changeStatus')) throw new Error(`It says: ${refused.text}`)
    const gone = await client.ask('POST', '/helpdesk/tickets/999999/note', { text: 'Nobody reads this.' })
    if (gone.status !== 404)
      throw new Error(`A note at a ticket that is not there: ${gone.status} ${gone.text}`)
    // A form of the admin panel, the site's own too, shows at which field it is wrong.
    const wrong = await client.ask('POST', '/users', { email: 'no address', password: 'x' })
    const [{ data } = {}] = JSON.parse(wrong.text).errors
    if (wrong.status !== 400 || data?.errors?.[0]?.path !== 'email')
      throw new Error(`A user without an address: ${wrong.status} ${wrong.text}`)
  })
