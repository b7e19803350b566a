import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Overview, ThreadView, TicketPage, TicketRow } from '../../src/admin/api.js'
import { readOverview } from '../../src/admin/queries/overview.js'
import type { Ticket } from '../../src/collections/types.js'
import { sqlOf } from '../../src/core/database.js'
import { addNote, assignTicket, changeStatus, markSpam, replyToTicket } from '../../src/index.js'
import { recordRun } from '../../src/operations/heartbeat.js'
import type { ViewName } from '../../src/rules/views.js'
import type { SiteUser } from '../site.js'
import { ada, type DeskSite, openDeskSite } from './deskSite.js'

let desk: DeskSite
let agent: SiteUser
beforeAll(async () => {
  desk = await openDeskSite({
    options: {
      overrides: {
        tickets: { fields: ({ defaultFields }) => [...defaultFields, { name: 'orderNumber', type: 'text' }] },
      },
    },
  })
  agent = desk.site.users.agent
})
afterAll(() => desk.site.close())

const get = async <T>(path: string, user = agent): Promise<T> => {
  const { status, body } = await desk.site.rest<T>('GET', `/helpdesk${path}`, { user })
  expect([path, status, body]).toEqual([path, 200, expect.anything()])
  return body
}

const list = async (query: string, user = agent): Promise<TicketRow[]> =>
  (await get<TicketPage>(`/inbox/tickets?${query}`, user)).tickets

const ids = (rows: { id: unknown }[]) => rows.map(({ id }) => id)

const post = (path: string, body: unknown, user = agent) =>
  desk.site.rest<Record<string, unknown>>('POST', `/helpdesk${path}`, { user, body })

describe('lists', () => {
  const made = {} as Record<string, Ticket>
  beforeAll(async () => {
    const asAgent = await desk.reqOf(agent)
    const open = async (name: string, args = {}) => {
      const { ticket } = await desk.open({ subject: `The ${name} one`, ...args })
      made[name] = ticket
      return ticket
    }
    await open('first')
    await open('mine', { assignee: agent.id })
    await open('other', { assignee: desk.site.users.otherAgent.id })
    await open('billing', { mailbox: desk.billing })
    const pending = await open('pending')
    await replyToTicket({ req: asAgent, ticket: pending.id, text: 'Done.', to: [ada] })
    for (const status of ['resolved', 'closed'] as const) {
      const ticket = await open(status)
      await changeStatus({ req: asAgent, ticket: ticket.id, status })
    }
    await markSpam({ req: asAgent, ticket: (await open('spam')).id, spam: true })
  })

  const named = async (query: string, user = agent) =>
    (await list(query, user)).map(({ subject }) => subject.replace(/The | one/g, ''))

  it('show by view what is ours to answer first and the longest waiting on top', async () => {
    const expected: Record<ViewName, string[]> = {
      mine: ['mine'],
      unassigned: ['first', 'billing', 'pending', 'resolved'],
      active: ['first', 'mine', 'billing', 'pending', 'resolved'],
      problems: [],
      pending: ['pending'],
      resolved: ['resolved'],
      closed: ['closed'],
      spam: ['spam'],
    }
    for (const [view, wanted] of Object.entries(expected))
      expect([view, await named(`view=${view}`)]).toEqual([view, wanted])
    expect(await named('')).toEqual(expected.active)
    expect(await named('view=active', desk.site.users.manager)).toEqual([
      'first',
      'mine',
      'other',
      'billing',
      'pending',
      'resolved',
    ])
  })

  it('narrow down by mailbox, assignee, priority and a site’s own field', async () => {
    await post(`/tickets/${made['billing']!.id}/priority`, { priority: 'urgent' })
    await post(`/tickets/${made['first']!.id}/field`, { name: 'orderNumber', value: 'A-7' })
    expect(await named(`mailbox=${desk.billing}`)).toEqual(['billing'])
    expect(await named('assignee=me')).toEqual(['mine'])
    expect(await named('assignee=nobody&view=active')).toEqual(['first', 'billing', 'pending', 'resolved'])
    expect(await named(`assignee=${agent.id}`)).toEqual(['mine'])
    expect(await named(`assignee=${desk.site.users.otherAgent.id}`)).toEqual([])
    expect(await named('priority=urgent')).toEqual(['billing'])
    expect(await named(`where=${encodeURIComponent('{"orderNumber":"A-7"}')}`)).toEqual(['first'])
    const thread = await get<ThreadView>(`/tickets/${made['first']!.id}`)
    expect(thread.ticket.extra).toEqual([{ name: 'orderNumber', label: 'Order Number', value: 'A-7' }])
  })

  it('turn pages by key: every ticket once, also while others come in', async () => {
    const seen: unknown[] = []
    let next: string | null = null
    do {
      const page: TicketPage = await get(`/inbox/tickets?view=active&limit=2${next ? `&after=${next}` : ''}`)
      expect(page.tickets.length).toBeLessThanOrEqual(2)
      seen.push(...ids(page.tickets))
      next = page.next
      if (seen.length === 2) await desk.open({ subject: 'The late one' })
    } while (next)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(expect.arrayContaining(['first', 'mine', 'billing'].map((name) => made[name]!.id)))
    const newest: TicketPage = await get('/inbox/tickets?view=closed&limit=1')
    expect(newest).toMatchObject({ tickets: [{ id: made['closed']!.id }], next: null })
  })

  it('count what is open, and what is unread among mine and the unassigned', async () => {
    const before = await get<Overview>('/inbox/overview')
    const { ticket } = await desk.open({ assignee: agent.id })
    const after = await get<Overview>('/inbox/overview')
    expect(after.counts.mine).toBe(before.counts.mine! + 1)
    expect(after.counts.active).toBe(before.counts.active! + 1)
    expect(after.counts.unassigned).toBe(before.counts.unassigned)
    expect(after.unread).toBe(before.unread + 1)
    await post(`/tickets/${ticket.id}/read`, { read: true })
    expect((await get<Overview>('/inbox/overview')).unread).toBe(before.unread)
    expect((await list('view=mine')).find(({ id }) => id === ticket.id)?.unread).toBe(false)
    await post(`/tickets/${ticket.id}/read`, { read: false })
    expect((await list('view=mine')).find(({ id }) => id === ticket.id)?.unread).toBe(true)
    await post(`/tickets/${ticket.id}/status`, { status: 'pending' })
    expect((await get<Overview>('/inbox/overview')).counts.mine).toBe(before.counts.mine)
  })
})

describe('the overview', () => {
  it('names mailboxes, colleagues and what the caller is', async () => {
    const overview = await get<Overview>('/inbox/overview')
    expect(overview.me).toEqual({ id: agent.id, name: 'Agent', role: 'agent' })
    expect(overview.mailboxes).toMatchObject([
      { id: desk.billing, name: 'Billing', canSend: true, archived: false, problem: null },
      { id: desk.mailbox, name: 'Support' },
    ])
    expect(overview.agents.map(({ name }) => name)).toEqual([
      'Administrator',
      'Agent',
      'Manager',
      'OtherAgent',
    ])
    expect(overview).toMatchObject({ firstRun: false, undoWindowMs: 10_000, quarantined: 0 })
  })

  it('leads through the first steps: managers until the first ticket, agents until there is a mailbox', async () => {
    const fresh = await openDeskSite()
    const firstRun = async (user: Parameters<DeskSite['reqOf']>[0]) =>
      (await readOverview(await fresh.reqOf(user))).firstRun
    const { manager, agent: someone } = fresh.site.users
    expect(await firstRun(manager)).toBe(true)
    expect(await firstRun(someone)).toBe(false)
    await fresh.open()
    expect(await firstRun(manager)).toBe(false)
    await fresh.site.close()
  })

  it('tells managers, and only them, which background work fails and since when', async () => {
    const { payload, users } = desk.site
    const slice = 'mail.deliver'
    const failing = async (user = users.manager) =>
      (await get<Overview>('/inbox/overview', user)).worker.failing
    expect(await failing()).toEqual([])
    await recordRun({ payload, slice, worker: 'one', error: 'relation "secret" does not exist' })
    await recordRun({ payload, slice, worker: 'two', error: 'still' })
    const [told, ...others] = await failing()
    expect([told!.slice, others]).toEqual([slice, []])
    expect(Math.abs(Date.now() - Date.parse(told!.since))).toBeLessThan(60_000)
    expect(JSON.stringify(told)).not.toContain('still')
    expect(await failing(agent)).toEqual([])
    await recordRun({ payload, slice, worker: 'two' })
    expect(await failing()).toEqual([])
  })

  it('tells managers, and only them, what is wrong with a mailbox', async () => {
    const { site, mailbox } = desk
    await site.payload.update({
      collection: 'mailboxes' as never,
      id: mailbox as never,
      data: { receive: { kind: 'imap', host: '127.0.0.1', port: 1143, user: 'u', password: 'p' } } as never,
      depth: 0,
      overrideAccess: true,
      req: desk.system,
    })
    await sqlOf({ payload: site.payload }).query(
      `insert into helpdesk_mailbox_state (mailbox_id, health, error, error_code, send_health)
       values ($1, 'failing', 'The server refuses the password.', 'auth', 'ok')`,
      [mailbox],
    )
    const of = async (user: SiteUser) =>
      (await get<Overview>('/inbox/overview', user)).mailboxes.find(({ id }) => id === mailbox)
    expect(await of(agent)).toMatchObject({ health: 'failing', problem: null })
    expect(await of(site.users.manager)).toMatchObject({
      health: 'failing',
      problem: 'The server refuses the password.',
    })
    const health = await get(`/mailboxes/${mailbox}/health`, site.users.manager)
    expect(health).toMatchObject({
      receive: { state: 'failing', errorCode: 'auth', error: 'The server refuses the password.' },
      send: { state: 'ok' },
    })
  })
})

describe('search', () => {
  const find = async (text: string, user = agent, more = '') =>
    ids(await list(`search=${encodeURIComponent(text)}${more}`, user))
  let ticket: Ticket

  beforeEach(async () => {
    ;({ ticket } = await desk.open({
      from: { name: 'Zsófia Őrsi', address: 'zsofia.orsi@példa.example' },
      subject: 'Größere Kanne für 咖啡',
      text: 'Заказ №5512 не пришёл. The espresso valve drips. يتسرب الماء من الغلاية',
    }))
  })

  it('finds by number, subject, person, address and words of messages, in any script', async () => {
    for (const text of [
      `${ticket.number}`,
      `#${ticket.number}`,
      'größere',
      'GRÖSSERE KANNE'.replace('SS', 'ß'),
      'Kanne drips',
      'zsófia',
      'Őrsi',
      'zsofia.orsi@',
      'espresso val',
      'drips espresso',
      'пришёл',
      'Заказ',
      '咖啡',
      'الغلاية',
    ])
      expect([text, await find(text)]).toEqual([text, expect.arrayContaining([ticket.id])])
    expect(await find('espresso tractor')).toEqual([])
  })

  it('finds what stands in the middle of a text without spaces, and shows the passage', async () => {
    const { ticket: unspaced } = await desk.open({
      from: { name: '田中太郎', address: 'tanaka@example.jp' },
      subject: '関於我的訂單 #7781',
      text: '您好，我的iPhone充電器還沒有收到。昨日エスプレッソマシンが壊れました。𠮷野家より。주문한상품이 아직 안 왔어요.',
    })
    for (const text of [
      '充電器',
      '收到',
      'iphone',
      '訂單',
      '7781',
      '壊れ',
      'マシン',
      '𠮷野',
      '상품',
      '太郎',
      '到',
      '還沒 espresso',
    ])
      expect([text, (await find(text)).includes(unspaced.id)]).toEqual([text, !text.includes('espresso')])
    for (const text of ['器電', '充電機', '收器', '電器還有', '充電 荷電'])
      expect([text, await find(text)]).toEqual([text, []])
    const [row] = await list(`search=${encodeURIComponent('充電器')}`)
    expect(row).toMatchObject({
      id: unspaced.id,
      hit: expect.stringContaining('\u0002充電器\u0003還沒有收到'),
    })
    const [bySubject] = await list(`search=${encodeURIComponent('訂單')}`)
    expect(bySubject).toMatchObject({ hit: '関於我的\u0002訂單\u0003 #7781' })
    expect(await get(`/contacts?search=${encodeURIComponent('太郎')}`, agent)).toMatchObject({
      contacts: [{ name: '田中太郎' }],
    })
  })

  it('takes a long text in which each pair of signs is another one', async () => {
    const signs = Array.from({ length: 100_000 }, (_, i) =>
      String.fromCodePoint(0x4e00 + ((i * 7919 + Math.floor(i / 20_000) * 13) % 20_900)),
    )
    const { ticket: long } = await desk.open({ text: signs.join('') })
    expect(await find(signs.slice(40_000, 40_006).join(''))).toEqual([long.id])
  })

  it('finds the words of notes and replies too, and shows the passage', async () => {
    const req = await desk.reqOf(agent)
    await addNote({ req, ticket: ticket.id, text: 'Ask the workshop about gasket 99.' })
    const [row] = await list('search=gasket')
    expect(row).toMatchObject({ id: ticket.id, hit: expect.stringContaining('\u0002gasket\u0003') })
  })

  it('keeps to what the caller sees, and to the view where one is named', async () => {
    expect(await find('espresso', agent, '&view=closed')).toEqual([])
    await assignTicket({
      req: desk.system,
      overrideAccess: true,
      ticket: ticket.id,
      assignee: desk.site.users.otherAgent.id as never,
    })
    for (const text of [`#${ticket.number}`, 'zsofia.orsi@', 'gasket'])
      expect([text, (await find(text)).includes(ticket.id)]).toEqual([text, false])
    expect(await find(`#${ticket.number}`, desk.site.users.manager)).toEqual([ticket.id])
  })

  it('is not led astray by what it is given', async () => {
    for (const text of [
      `'`,
      `a' | 'b`,
      `:* & !x`,
      '\\',
      '%',
      '_',
      '()',
      '<->',
      `'; drop table tickets; --`,
      'x'.repeat(500),
      '🫖',
      '\u0000',
      '99999999999999',
      '-1',
      '@@@',
    ]) {
      const { status } = await desk.site.rest(
        'GET',
        `/helpdesk/inbox/tickets?search=${encodeURIComponent(text)}`,
        {
          user: agent,
        },
      )
      expect([text, status]).toEqual([text, 200])
    }
  })
})
