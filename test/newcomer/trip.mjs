// A mail's way through the running site: in by IMAP, answered over the API, out by SMTP.
import { setTimeout as wait } from 'node:timers/promises'
import { step } from './shell.mjs'

const address = 'help@acme.test'
const customer = 'grace@example.test'
const password = 'A password of the mailbox.'

const client = (url) => {
  let token
  return async (path, body) => {
    const response = await fetch(`${url}/api${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(token && { authorization: `JWT ${token}` }),
      },
      body: body && JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 2000)}`)
    const answer = JSON.parse(text)
    token ??= answer.token
    return answer
  }
}

const until = async (what, seconds, look) => {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) throw new Error(`${what} within ${seconds} s.`)
    await wait(200)
  }
}

/** Does the trip; throws where it ends early. */
export const makeTrip = async ({ url, mail }) => {
  const call = client(url)
  const door = (server) => ({ ...server, security: 'none', user: address, password })

  await step('The admin panel answers', async () => {
    const response = await fetch(`${url}/admin`)
    if (!response.ok) throw new Error(`/admin answered ${response.status}: ${await response.text()}`)
  })
  await step('The first user claims the help desk', async () => {
    await call('/users/first-register', { email: 'owner@acme.test', password: 'The first user.' })
    const { claimed } = await call('/helpdesk/claim', {})
    if (!claimed) throw new Error('The claim was not granted.')
  })
  await step('A mailbox is made', async () => {
    mail.addAccount({ address, password })
    await call('/mailboxes', {
      name: 'Help',
      address,
      receive: { kind: 'imap', ...door(mail.imap) },
      send: { kind: 'smtp', ...door(mail.smtp) },
    })
  })
  const ticket = await step('A customer’s mail becomes a ticket', async () => {
    // The first connection begins with mail that comes after it, so this mail waits for it.
    await until('The mailbox was not connected to', 60, async () => {
      const { mailboxes } = await call('/helpdesk/inbox/overview')
      return mailboxes[0]?.health === 'ok'
    })
    mail.deliver({
      to: address,
      raw: [
        `From: Grace <${customer}>`,
        `To: ${address}`,
        'Subject: My order has not come',
        'Message-ID: <first@example.test>',
        `Date: ${new Date().toUTCString()}`,
        'Content-Type: text/plain; charset=utf-8',
        '',
        'Where is it? – Grace',
        '',
      ].join('\n'),
    })
    return until('The mail was no ticket', 60, async () => {
      const { tickets } = await call('/helpdesk/inbox/tickets?view=unassigned')
      return tickets[0]
    })
  })
  if (ticket.subject !== 'My order has not come' || ticket.requester.address !== customer)
    throw new Error(`The ticket is another one: ${JSON.stringify(ticket)}`)
  await step('The answer reaches the customer from the mailbox’s address', async () => {
    await call(`/helpdesk/tickets/${ticket.id}/reply`, {
      text: 'It is on its way.',
      to: [{ address: customer, name: 'Grace' }],
    })
    const answer = await mail.waitFor(customer, ({ text }) => text.includes('It is on its way.'), 60_000)
    const from = /^From: .*(?:\r\n[ \t].*)*/im.exec(answer.text)?.[0]
    if (!from?.includes(`<${address}>`)) throw new Error(`The answer is not from the mailbox: ${from}`)
    if (!/^In-Reply-To: <first@example\.test>/im.test(answer.text))
      throw new Error(`The answer does not name the customer's mail:\n${answer.text}`)
  })
}
