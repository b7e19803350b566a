import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlOf, tableOf } from '../../src/core/database.js'
import { ensureContacts } from '../../src/operations/contact.js'
import { formToken } from '../../src/portal/formToken.js'
import { type AccessDesk, type Asker, bob, openAccessDesk } from './accessDesk.js'
import { hearStatements } from './statements.js'

let desk: AccessDesk
beforeAll(async () => {
  const limits = { perHour: 10_000, linksPerAddress: 10_000 }
  desk = await openAccessDesk({ options: { portal: { url: 'https://acme.test/support', limits } } })
})
afterAll(() => desk.site.close())

const strangers: Asker[] = ['anonymous', 'customer', 'noRole']

const ask = async (as: Asker, path: string) => {
  const begun = performance.now()
  const user = desk.users[as]
  const { status, body } = await desk.site.rest('GET', path, user ? { user } : {})
  return { status, body: JSON.stringify(body), ms: performance.now() - begun }
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!

describe('K01 a ticket’s number', () => {
  const missing = 999_999

  it('tells strangers nothing: there or not, the answer is the same', async () => {
    const there = desk.ids.tickets.foreign[0]
    for (const as of strangers)
      for (const path of ['/helpdesk/tickets/', '/tickets/', '/messages?where[ticket][equals]=']) {
        const [one, other] = [await ask(as, `${path}${there}`), await ask(as, `${path}${missing}`)]
        expect([as, path, one.status, one.body]).toEqual([as, path, other.status, other.body])
        expect(one.status).toBeGreaterThanOrEqual(400)
      }
  })

  it('tells an agent nothing of a ticket that is not theirs, nor does the time of the answer', async () => {
    const there = desk.ids.tickets.foreign[0]
    for (const path of ['/helpdesk/tickets/', '/tickets/']) {
      const [one, other] = [await ask('agent', `${path}${there}`), await ask('agent', `${path}${missing}`)]
      expect([path, one.status, one.body]).toEqual([path, other.status, other.body])
      expect(one.status).toBe(404)
      const times: [number[], number[]] = [[], []]
      for (let i = 0; i < 60; i++) {
        times[0].push((await ask('agent', `${path}${there}`)).ms)
        times[1].push((await ask('agent', `${path}${missing}`)).ms)
      }
      const [hidden, absent] = times.map(median) as [number, number]
      expect(Math.abs(hidden - absent)).toBeLessThan(Math.max(3, absent * 0.5))
    }
  })
})

describe('K02 an address', () => {
  const signIn = async (email: string) => {
    const token = formToken(desk.site.payload, { key: '', mailbox: desk.mailbox })
    const begun = performance.now()
    const { status, body } = await desk.site.rest('POST', '/helpdesk/portal/sign-in', {
      body: { token, email, mailbox: desk.mailbox },
    })
    return { status, body, ms: performance.now() - begun }
  }

  it('is known or not: whoever is no agent gets the same answer', async () => {
    for (const as of strangers)
      for (const path of [
        '/helpdesk/contacts?search=',
        '/contacts?where[name][equals]=',
        '/tickets?where[requesterAddress][equals]=',
        '/messages?where[fromAddress][equals]=',
      ]) {
        const [there, absent] = path.includes('[name]')
          ? [bob.name, 'Nobody at all']
          : [bob.address, 'x@y.test']
        const [known, unknown] = [await ask(as, `${path}${there}`), await ask(as, `${path}${absent}`)]
        expect([as, path, known.status, known.body]).toEqual([as, path, unknown.status, unknown.body])
        expect(known.status).toBeGreaterThanOrEqual(400)
      }
  })

  it('is one that a manager finds, where the others learn nothing', async () => {
    const { status, body } = await ask('manager', `/contacts?where[name][equals]=${bob.name}`)
    expect([status, JSON.parse(body).totalDocs]).toEqual([200, 1])
  })

  it('gets its sign-in link with the same work, whether a customer has it or nobody', async () => {
    const statements = hearStatements(desk.site.payload)
    const workFor = async (email: string) => {
      statements()
      const { status } = await signIn(email)
      expect(status).toBe(200)
      return statements()
    }
    const [blocked, bouncing, known, unknown] = [
      bob.address,
      'nobody@example.com',
      'carla@example.com',
      'x@y.test',
    ]
    const { payload } = desk.site
    const table = tableOf(payload, desk.slugOf('contactAddresses'))
    await sqlOf({ payload }).query(`update ${table} set state = 'bouncing' where address = $1`, [bouncing])
    const { rows } = await sqlOf({ payload }).query<{ address: string; state: string }>(
      `select address, state from ${table} where address = any($1)`,
      [[blocked, bouncing, known, unknown]],
    )
    expect(Object.fromEntries(rows.map(({ address, state }) => [address, state]))).toEqual({
      [blocked]: 'blocked',
      [bouncing]: 'bouncing',
      [known]: 'ok',
    })
    await workFor('warm@example.com')
    const work = await workFor(unknown)
    expect(work.join('\n')).toContain('insert into "helpdesk_outbound_emails"')
    for (const address of [known, blocked, bouncing])
      expect([address, await workFor(address)]).toEqual([address, work])
  })

  it('gets its sign-in link in the same words and the same time, whether a customer has it or nobody', async () => {
    const tries = 100
    const measure = async (round: number): Promise<{ apart: number; unknown: number }> => {
      const addressOf = (who: string, i: number) => `${who}${round}-${i}@example.com`
      const customers = Array.from({ length: tries }, (_, i) => ({
        name: '',
        address: addressOf('known', i),
      }))
      await ensureContacts(desk.system, customers)
      for (let i = 0; i < 5; i++) await signIn(addressOf('warm', i))
      const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
      for (let i = 0; i < tries; i++)
        // In turns, and each as often the first one.
        for (const who of i % 2 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)) {
          const { status, body, ms } = await signIn(addressOf(who, i))
          expect([status, body]).toEqual([200, { location: '/?sent=link' }])
          times[who].push(ms)
        }
      const [known, unknown] = [median(times.known), median(times.unknown)]
      console.info(`sign-in: known ${known.toFixed(2)} ms, unknown ${unknown.toFixed(2)} ms`)
      return { apart: known - unknown, unknown }
    }
    // The one in the middle: what else the machine was busy with may make one of them differ, either way.
    const rounds = [await measure(0), await measure(1), await measure(2)]
    const apart = Math.abs(median(rounds.map((round) => round.apart)))
    expect(apart).toBeLessThan(Math.max(2, median(rounds.map((round) => round.unknown)) * 0.1))
  })
})

describe('G10 what a question may cost', () => {
  it('an agent’s list has limits, and says which', async () => {
    for (const query of [
      'limit=0',
      'limit=100000',
      'limit=-1',
      `search=${'x'.repeat(501)}`,
      `where=${encodeURIComponent(JSON.stringify({ x: 'y'.repeat(2000) }))}`,
      'waiting=100000000',
      'after=not-a-cursor',
    ]) {
      const { status, body } = await ask('agent', `/helpdesk/inbox/tickets?${query}`)
      expect([query, status]).toEqual([query, 400])
      expect(JSON.parse(body).error.message).not.toBe('')
    }
  })

  it('a search of signs alone, of wildcards or of 500 words is answered at once', async () => {
    for (const search of ['%%%%%%%%', '____', '((((', `${'a '.repeat(249)}`, `"${'b '.repeat(240)}"`, '\\']) {
      const { status, ms } = await ask(
        'agent',
        `/helpdesk/inbox/tickets?search=${encodeURIComponent(search)}`,
      )
      expect([search, status]).toEqual([search, 200])
      expect(ms).toBeLessThan(1500)
    }
  })

  it('strangers may ask for nothing, however deep', async () => {
    const clauses = Array.from({ length: 50 }, (_, i) => `where[or][${i}][subject][like]=${i}`).join('&')
    for (const as of strangers)
      for (const query of [clauses, 'depth=10&limit=0', 'limit=100000&pagination=false']) {
        const { status } = await ask(as, `/tickets?${query}`)
        expect([as, status]).toEqual([as, 403])
      }
  })

  describe('among many tickets', () => {
    const many = 2000
    beforeAll(async () => {
      const { payload } = desk.site
      const tickets = tableOf(payload, desk.slugOf('tickets'))
      const messages = tableOf(payload, desk.slugOf('messages'))
      const [mine] = desk.ids.tickets.mine
      const words = `'Kettle ' || n || ' of ' || md5(n::text)`
      const copy = (table: string, { change, where }: { change: string; where: string }) =>
        `insert into ${table} select (jsonb_populate_record(null::${table}, to_jsonb(t) || jsonb_build_object(${change}))).*
         from ${table} t cross join generate_series(1, ${many}) n where ${where};`
      await sqlOf({ payload }).query(
        `begin; set local session_replication_role = replica; set local synchronous_commit = off;
         ${copy(tickets, {
           change: `'id', 1000000 + n, 'number', 1000000 + n, 'reply_key', md5(n::text), 'subject', ${words}`,
           where: `t.id = ${mine}`,
         })}
         ${copy(messages, {
           change: `'id', 1000000 + n, 'ticket_id', 1000000 + n, 'inbound_email_id', null, 'text', ${words}`,
           where: `t.id = (select min(id) from ${messages} where ticket_id = ${mine} and kind = 'customer')`,
         })}
         commit`,
      )
      await sqlOf({ payload }).query(`vacuum analyze ${tickets}, ${messages}`)
    })

    const or = (field: string) =>
      Array.from({ length: 50 }, (_, i) => `where[or][${i}][${field}][like]=${i}x`).join('&')
    const boundMs = 3000

    it('Payload’s own list answers 50 clauses, depths and wildcards soon', async () => {
      for (const [path, field] of [
        ['/tickets', 'subject'],
        ['/messages', 'text'],
      ] as const)
        for (const query of [
          or(field),
          `${or(field)}&depth=10`,
          'depth=10',
          `where[${field}][like]=%25%25%25a%25%25`,
          `where[${field}][contains]=${'a'.repeat(1000)}`,
          `sort=-${field}&limit=100`,
        ]) {
          const { status, ms } = await ask('agent', `${path}?${query}`)
          expect([path, query, status]).toEqual([path, query, 200])
          expect(ms, `${path}?${query}`).toBeLessThan(boundMs)
        }
    })

    it('the inbox answers a word that stands in every ticket, and 240 words, soon', async () => {
      for (const query of [
        'limit=100',
        'search=kettle',
        'search=k',
        `search=${'kettle '.repeat(60)}`,
        `search=${'k '.repeat(240)}`,
        'search="kettle 1"',
      ]) {
        const { status, ms } = await ask('agent', `/helpdesk/inbox/tickets?${query}`)
        expect([query, status]).toEqual([query, 200])
        expect(ms, query).toBeLessThan(boundMs)
      }
    })
  })
})
