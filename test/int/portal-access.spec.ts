import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ticket } from '../../src/collections/types.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import { guestLink } from '../../src/operations/guestLink.js'
import {
  addNote,
  changeStatus,
  removeParticipant,
  revokeGuestLinks,
  undoReply,
  uploadAttachment,
} from '../../src/operations/index.js'
import { addKey, hashOf, newToken } from '../../src/portal/keys.js'
import { type Desk, openDesk } from './mail-out.desk.js'
import { type Answers, visit } from './portalVisitor.js'

let desk: Desk
let verified = true
const mine: Record<string, Ticket> = {}
beforeAll(async () => {
  desk = await openDesk({
    portal: {
      url: 'https://acme.test/support',
      customer: ({ user }) =>
        user.collection === 'customers'
          ? { email: String((user as { email?: string }).email), verified }
          : null,
    },
  })
  for (const name of ['ann', 'bob'])
    mine[name] = await desk.open({ from: { name, address: `${name}@example.com` }, subject: `Of ${name}` })
})
afterAll(() => desk.close())

const sessionOf = async (address: string): Promise<string> => {
  const token = newToken()
  await addKey({ req: desk.system, kind: 'session', key: hashOf(token), address, ms: 60_000 })
  return token
}

const keyFor = async (ticket: Ticket, address: string): Promise<string> => {
  const mailbox = { id: desk.mailbox, address: 'help@acme.test', name: 'Acme' }
  const url = await guestLink({ req: desk.system, mailbox, ticket: ticket.id, address })
  return new URL(url).searchParams.get('guest')!
}

const turned = <T>(list: T[], by: number): T[] => {
  const at = by % list.length
  return [...list.slice(at), ...list.slice(0, at)]
}

const rowsOf = (table: string, where: string, values: unknown[]) => desk.rows(table, where, values)

describe('a guest link', () => {
  it('C01 opens its ticket with the exact key only, and no other ticket', async () => {
    const key = await keyFor(mine['ann']!, 'ann@example.com')
    const [participant, signature] = key.split('.') as [string, string]
    // 256 bits of an HMAC.
    expect(Buffer.from(signature, 'base64url')).toHaveLength(32)
    const see = (guest: string, ticket = mine['ann']!) =>
      visit({ site: desk.site, guest }).get<Answers>(`/tickets/${ticket.number}`)
    expect((await see(key)).status).toBe(200)
    const other = await keyFor(mine['bob']!, 'bob@example.com')
    const flipped = signature[5] === 'A' ? 'B' : 'A'
    const wrong = [
      `${participant}.${signature.slice(0, 5)}${flipped}${signature.slice(6)}`,
      `${participant}.${signature.slice(0, -1)}`,
      `${participant}.${other.split('.')[1]}`,
      `${other.split('.')[0]}.${signature}`,
      `${participant}.`,
      signature,
      `${key}.x`,
      `999999.${signature}`,
      `${participant}.${'A'.repeat(43)}`,
    ]
    const answers = await Promise.all(wrong.map((guest) => see(guest)))
    expect(answers.map(({ status }) => status)).toEqual(wrong.map(() => 404))
    // Its own ticket and no other, whichever number is asked for.
    expect((await see(key, mine['bob']!)).status).toBe(404)
    const reply = await visit({ site: desk.site, guest: key }).post(`/tickets/${mine['bob']!.number}/reply`, {
      values: { message: 'x' },
    })
    expect(reply.status).toBe(404)
  })

  it('C02 forwarded shows that one ticket, no list and no session; it ends when an agent revokes it, with the part in the ticket, and days after closing', async () => {
    const ticket = await desk.open({ from: { name: 'Cat', address: 'cat@example.com' } })
    const key = await keyFor(ticket, 'cat@example.com')
    const guest = visit({ site: desk.site, guest: key })
    const see = async () => (await guest.get(`/tickets/${ticket.number}`)).status
    expect(await see()).toBe(200)
    expect((await guest.get('/tickets')).status).toBe(401)
    const replied = await guest.post(`/tickets/${ticket.number}/reply`, { values: { message: 'Hello' } })
    expect(replied.status).toBe(303)
    expect(replied.headers.get('set-cookie')).toBeNull()
    await revokeGuestLinks({ req: desk.agent, ticket: ticket.id, address: 'cat@example.com' })
    expect(await see()).toBe(404)
    const next = await keyFor(ticket, 'cat@example.com')
    expect(next).not.toBe(key)
    const again = visit({ site: desk.site, guest: next })
    expect((await again.get(`/tickets/${ticket.number}`)).status).toBe(200)
    await changeStatus({ req: desk.agent, ticket: ticket.id, status: 'closed' })
    const closedFor = (days: number) =>
      sqlOf({ payload: desk.site.payload }).query(
        `update ${tableOf(desk.site.payload, 'tickets')} set closed_at = now() - $2 * interval '1 day' where id = $1`,
        [ticket.id, days],
      )
    await closedFor(29)
    expect((await again.get(`/tickets/${ticket.number}`)).status).toBe(200)
    await closedFor(31)
    expect((await again.get(`/tickets/${ticket.number}`)).status).toBe(404)
    const cc = await desk.open({ cc: [{ name: '', address: 'dan@example.com' }] })
    const dans = await keyFor(cc, 'dan@example.com')
    await removeParticipant({ req: desk.agent, ticket: cc.id, address: 'dan@example.com' })
    expect((await visit({ site: desk.site, guest: dans }).get(`/tickets/${cc.number}`)).status).toBe(404)
    // Nor does it open anything for whom the team has not accepted.
    const other = await desk.open({ cc: [{ name: '', address: 'dan@example.com' }] })
    const held = visit({ site: desk.site, guest: await keyFor(other, 'dan@example.com') })
    expect((await held.get(`/tickets/${other.number}`)).status).toBe(200)
    await sqlOf({ payload: desk.site.payload }).query(
      `update ${tableOf(desk.site.payload, 'helpdesk-participants')} set accepted = false
       where ticket_id = $1 and address = 'dan@example.com'`,
      [other.id],
    )
    expect((await held.get(`/tickets/${other.number}`)).status).toBe(404)
  })

  it('K01 a wrong link and a missing ticket answer alike, in the same time', async () => {
    const { number, id } = mine['bob']!
    const session = await sessionOf('ann@example.com')
    const old = await keyFor(mine['bob']!, 'bob@example.com')
    await revokeGuestLinks({ req: desk.agent, ticket: id, address: 'bob@example.com' })
    const [participant] = (await keyFor(mine['bob']!, 'bob@example.com')).split('.')
    const [, annsSignature] = (await keyFor(mine['ann']!, 'ann@example.com')).split('.')
    /** What is asked for, and by what. */
    const tries = {
      foreign: () => ({ number, session }),
      missing: (index: number) => ({ number: 900_000 + index, session }),
      made: () => ({ number, guest: `${participant}.${'A'.repeat(43)}` }),
      others: () => ({ number, guest: `${participant}.${annsSignature}` }),
      revoked: () => ({ number, guest: old }),
      nobodys: (index: number) => ({ number, guest: `${900_000 + index}.${annsSignature}` }),
      nowhere: (index: number) => ({ number: 900_000 + index, guest: `${900_000 + index}.${annsSignature}` }),
    }
    const times = Object.fromEntries(Object.keys(tries).map((name) => [name, [] as number[]]))
    const bodies = new Set<string>()
    for (let index = 0; index < 40; index++)
      // In turns, and each as often the first one.
      for (const [name, tryOf] of turned(Object.entries(tries), index)) {
        const { number: asked, ...as } = tryOf(index)
        const visitor = visit({ site: desk.site, ...as })
        const began = performance.now()
        const { status, response } = await visitor.get(`/tickets/${asked}`)
        times[name]!.push(performance.now() - began)
        bodies.add(`${status} ${await response.text()}`)
      }
    expect([...bodies]).toEqual([expect.stringMatching(/^404 /)])
    const median = (list: number[]) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)]!
    const medians = Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]))
    console.info(`refused by number and link, ms: ${JSON.stringify(medians)}`)
    expect(Math.abs(medians['foreign']! - medians['missing']!)).toBeLessThan(3)
    for (const name of ['made', 'others', 'revoked', 'nowhere'])
      expect([name, Math.abs(medians[name]! - medians['nobodys']!) < 3]).toEqual([name, true])
  })
})

describe('a customer of the portal', () => {
  it('H01 reads, answers and closes nothing of another’s', async () => {
    const ann = visit({ site: desk.site, session: await sessionOf('ann@example.com') })
    const { number, id } = mine['bob']!
    const before = await rowsOf('tickets', 'id = $1', [id])
    expect((await ann.get(`/tickets/${number}`)).status).toBe(404)
    for (const path of ['reply', 'solve'])
      expect((await ann.post(`/tickets/${number}/${path}`, { values: { message: 'x' } })).status).toBe(404)
    expect(await rowsOf('tickets', 'id = $1', [id])).toEqual(before)
    const { body } = await ann.get<Answers>(`/tickets?search=${encodeURIComponent('Of bob')}`)
    expect(body.tickets).toEqual([])
    const all = await ann.get<Answers>('/tickets?search=%25')
    expect(all.body.tickets.map((ticket) => ticket.number)).not.toContain(number)
  })

  it('H02 gets no file of another’s, of a note, or of a mail that is still held, whole, in part or by its head', async () => {
    const bob = mine['bob']!
    const bytes = 'the words of a file'
    const upload = async () =>
      (
        await uploadAttachment({
          req: desk.agent,
          file: { name: 'a.txt', type: 'text/plain', data: Buffer.from(bytes) },
        })
      ).attachment
    const noted = await upload()
    await addNote({ req: desk.agent, ticket: bob.id, text: 'Look', attachments: [noted] })
    const held = await upload()
    await desk.reply(bob, { text: 'Soon', attachments: [held], undoWindowMs: 600_000 })
    const sent = await upload()
    await desk.reply(bob, { text: 'Now', attachments: [sent] })
    await desk.work()
    const ann = await sessionOf('ann@example.com')
    const bobs = await sessionOf('bob@example.com')
    const guest = await keyFor(mine['ann']!, 'ann@example.com')
    type Ask = { method: string; path: string; session?: string; range?: string }
    const ask = async ({ method, path, session: token, range }: Ask) => {
      const headers = { ...(token && { cookie: `helpdesk-portal=${token}` }), ...(range && { range }) }
      const { status, headers: told, response } = await desk.site.rest(method, path, { headers })
      // Payload repeats a path that it does not know.
      const text = (await response.text()).replace(/attachments\/\d+/g, 'attachments/…')
      return { status, text, length: told.get('content-length'), part: told.get('content-range') }
    }
    const portal = (id: unknown) => `/helpdesk/portal/attachments/${id}`
    const own = await ask({ method: 'GET', path: portal(sent), session: bobs })
    expect([own.status, own.text]).toEqual([200, bytes])
    const names = await rowsOf('attachments', 'id = any($1)', [[noted, held, sent]])
    const refused = [
      { who: bobs, ids: [noted, held] },
      { who: ann, ids: [noted, held, sent] },
      { who: undefined, ids: [noted, held, sent] },
    ]
    expect((await ask({ method: 'GET', path: `${portal(sent)}?guest=${guest}`, session: bobs })).status).toBe(
      404,
    )
    for (const method of ['GET', 'HEAD'])
      for (const range of [undefined, 'bytes=0-', 'bytes=0-0', 'bytes=-5', 'bytes=5-9,0-1'])
        for (const query of ['', '?download=1', `?guest=${guest}`])
          for (const { who, ids } of refused) {
            const of = { method, range, session: who }
            const missing = await ask({ ...of, path: portal(`999999${query}`) })
            for (const id of ids) {
              const answer = await ask({ ...of, path: portal(`${id}${query}`) })
              expect([method, range, id, answer]).toEqual([method, range, id, missing])
              expect([method, range, answer.status]).toEqual([method, range, 404])
            }
          }
    // Payload’s own ways to a file know nobody by the portal’s cookie.
    for (const method of ['GET', 'HEAD'])
      for (const range of [undefined, 'bytes=0-0'])
        for (const { id, filename } of names as { id: number; filename: string }[])
          for (const path of [
            `/helpdesk/attachments/${id}`,
            `/helpdesk-attachments/${id}`,
            `/helpdesk-attachments/file/${filename}`,
            `/helpdesk-attachments/file/${filename}?prefix=x`,
          ]) {
            const answer = await ask({ method, path, range, session: bobs })
            expect([method, path, answer.status >= 401, answer.text.includes('words')]).toEqual([
              method,
              path,
              true,
              false,
            ])
            expect([answer.part, answer.length === String(bytes.length)]).toEqual([null, false])
          }
  })

  it('learns the status of a reply that can still be taken back only when it is sent', async () => {
    const ticket = await desk.open({ from: { name: 'Cy', address: 'cy@example.com' }, subject: 'Of cy' })
    const cy = visit({ site: desk.site, session: await sessionOf('cy@example.com') })
    const seen = async () => {
      const { body } = await cy.get<Answers>(`/tickets/${ticket.number}`)
      const lists = await Promise.all(
        ['active', 'closed'].map((status) =>
          cy.get<{ tickets: { status: string }[] }>(`/tickets?status=${status}`),
        ),
      )
      return [body.ticket.status, ...lists.map(({ body: { tickets } }) => tickets.length)]
    }
    const { message } = await desk.reply(ticket, { text: 'Bye', status: 'closed', undoWindowMs: 600_000 })
    expect(await seen()).toEqual(['open', 1, 0])
    await undoReply({ req: desk.agent, message })
    // Nor that of the first of two, before the second.
    const first = await desk.reply(ticket, { text: 'And?', status: 'pending', undoWindowMs: 600_000 })
    const second = await desk.reply(ticket, { text: 'Bye', status: 'closed', undoWindowMs: 600_000 })
    expect(await seen()).toEqual(['open', 1, 0])
    for (const { message } of [second, first]) await undoReply({ req: desk.agent, message })
    await desk.reply(ticket, { text: 'Bye', status: 'closed', undoWindowMs: 10_000 })
    expect(await seen()).toEqual(['open', 1, 0])
    desk.later(11_000)
    await desk.work()
    expect(await seen()).toEqual(['closed', 0, 1])
  })

  it('H03 H04 writes no field of the help desk, and names no ticket, file or person but its own', async () => {
    const ann = visit({ site: desk.site, session: await sessionOf('ann@example.com') })
    const { attachment } = await uploadAttachment({
      req: desk.agent,
      file: { name: 'b.txt', type: 'text/plain', data: Buffer.from('for Bob alone') },
    })
    await desk.reply(mine['bob']!, { text: 'Here', attachments: [attachment] })
    const sent = await ann.post('/requests', {
      json: true,
      values: {
        subject: 'Mine',
        message: 'x',
        email: 'bob@example.com',
        status: 'closed',
        priority: 'urgent',
        assignee: '1',
        contact: '1',
        requesterVerified: 'true',
        number: '1',
        attachments: String(attachment),
        ticket: String(mine['bob']!.id),
      },
    })
    const { ticket } = sent.body as { ticket: number }
    const [row] = await rowsOf('tickets', 'number = $1', [ticket])
    expect(row).toMatchObject({
      status: 'open',
      priority: 'normal',
      assignee_id: null,
      requester_address: 'ann@example.com',
      has_attachments: false,
    })
  })

  it('H05 an account of the shop is no agent, and sees its own by a proven address only', async () => {
    const { customer, agent } = desk.site.users
    const ticket = await desk.open({ from: { name: '', address: customer.email } })
    const shop = visit({ site: desk.site, user: customer })
    expect((await shop.get<Answers>('/tickets')).body.tickets).toMatchObject([{ number: ticket.number }])
    const solved = await shop.post(`/tickets/${ticket.number}/solve`)
    expect(solved.status).toBe(303)
    for (const path of [
      '/tickets',
      '/messages',
      '/contacts',
      '/helpdesk-participants',
      '/helpdesk/inbox/tickets',
    ])
      expect((await desk.site.rest('GET', path, { user: customer })).status).toBeGreaterThan(399)
    // An agent is no customer either.
    expect((await visit({ site: desk.site, user: agent }).get('/tickets')).status).toBe(401)
  })

  it('C06 an account that was registered with somebody’s address, which nobody has proven, sees nothing of theirs', async () => {
    const { customer } = desk.site.users
    const ticket = await desk.open({ from: { name: '', address: customer.email } })
    const shop = visit({ site: desk.site, user: customer })
    expect((await shop.get(`/tickets/${ticket.number}`)).status).toBe(200)
    verified = false
    expect((await shop.get('/tickets')).status).toBe(401)
    expect((await shop.get(`/tickets/${ticket.number}`)).status).toBe(404)
    expect((await shop.post(`/tickets/${ticket.number}/solve`)).status).toBe(404)
    verified = true
  })

  it('C06 a request under an address that is not proven shows no older ticket', async () => {
    const visitor = visit({ site: desk.site })
    const sent = await visitor.post('/requests', {
      values: { email: 'ann@example.com', subject: 'Who am I', message: 'x' },
    })
    expect(sent.headers.get('set-cookie')).toBeNull()
    expect((await visitor.get('/tickets')).status).toBe(401)
    expect((await visitor.get(`/tickets/${mine['ann']!.number}`)).status).toBe(404)
  })
})

it('never shows a mail’s key to an API', async () => {
  await desk.reply(mine['ann']!, { text: 'A link is in it' })
  await desk.work()
  const mail = desk.server.mailbox('ann@example.com').at(-1)!
  const { text = '' } = await simpleParser(mail.raw)
  expect(text).toContain('guest=')
  const { body } = await desk.site.rest('GET', '/helpdesk-outbound-emails?limit=100', {
    user: desk.site.users.administrator,
  })
  expect(JSON.stringify(body)).toContain('ann@example.com')
  expect(JSON.stringify(body)).not.toMatch(/guest=|rendered"/)
})
