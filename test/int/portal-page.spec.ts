import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DocID, Ticket } from '../../src/collections/types.js'
import { guestLink } from '../../src/operations/guestLink.js'
import { addKey, hashOf, newToken } from '../../src/portal/keys.js'
import { type Desk, openDesk } from './mail-out.desk.js'
import { portalPage } from './portalPage.js'
import { type Answers, visit } from './portalVisitor.js'

let desk: Desk
let ticket: Ticket
let elsewhere: Ticket
let sales: DocID
const address = 'ada@example.com'
beforeAll(async () => {
  desk = await openDesk({ portal: { url: 'https://acme.test/support' } })
  sales = await desk.addMailbox('sales@acme.test')
  const from = { name: 'Ada', address }
  ticket = await desk.open({ from, subject: 'Kettle' })
  elsewhere = await desk.open({ from, subject: 'An offer', mailbox: sales })
  await desk.reply(ticket, { text: 'See https://elsewhere.test/a.', to: [from] })
  await desk.work()
})
afterAll(() => desk.close())

const session = async (): Promise<string> => {
  const token = newToken()
  await addKey({ req: desk.system, kind: 'session', key: hashOf(token), address, ms: 60_000 })
  return token
}

it('C03 the page that a link opens tells nobody of it, and asks nobody for anything', async () => {
  const mailbox = { id: desk.mailbox, address: 'help@acme.test', name: 'Acme' }
  const url = await guestLink({ req: desk.system, mailbox, ticket: ticket.id, address })
  const guest = new URL(url).searchParams.get('guest')!
  const pages = [
    await portalPage({ site: desk.site, guest }),
    await portalPage({ site: desk.site }, { signin: newToken() }),
  ]
  for (const html of pages) {
    expect(html).toContain('<meta name="referrer" content="no-referrer"/>')
    expect(html).toContain('<meta name="robots" content="noindex"/>')
    // Nothing is loaded, from here or from elsewhere: not even a picture.
    expect(html).not.toMatch(/<(img|script|iframe|link|object|embed|video|audio|source)\b/)
    const leads = [...html.matchAll(/(?:href|action|src)="([^"]*)"/g)].map(([, to]) => to!)
    for (const to of leads) if (/^https?:/.test(to)) expect(to).not.toContain('guest')
  }
  const plain = await portalPage({ site: desk.site })
  expect(plain).not.toContain('no-referrer')
})

it('H01 two portals side by side show their own mailbox’s tickets, and open requests in it', async () => {
  const own = visit({ site: desk.site, session: await session() })
  const numbers = async (query: string) =>
    (await own.get<Answers>(`/tickets${query}`)).body.tickets.map(({ number }) => number)
  expect(await numbers(`?mailbox=${desk.mailbox}`)).toEqual([ticket.number])
  expect(await numbers('?mailbox=sales@acme.test')).toEqual([elsewhere.number])
  expect((await numbers('')).sort()).toEqual([ticket.number, elsewhere.number].sort())
  expect((await own.get(`/tickets/${ticket.number}?mailbox=${sales}`)).status).toBe(404)
  expect((await own.get(`/tickets/${elsewhere.number}?mailbox=${sales}`)).status).toBe(200)
})
