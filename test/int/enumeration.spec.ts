import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccessDesk, type Asker, openAccessDesk } from './accessDesk.js'

let desk: AccessDesk
beforeAll(async () => {
  desk = await openAccessDesk()
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
  it('is known or not: whoever is no agent gets the same answer', async () => {
    for (const as of strangers)
      for (const path of [
        '/helpdesk/contacts?search=',
        '/contacts?where[addresses.address][equals]=',
        '/tickets?where[requesterAddress][equals]=',
        '/messages?where[fromAddress][equals]=',
      ]) {
        const [known, unknown] = [await ask(as, `${path}bob@example.com`), await ask(as, `${path}x@y.test`)]
        expect([as, path, known.status, known.body]).toEqual([as, path, unknown.status, unknown.body])
        expect(known.status).toBeGreaterThanOrEqual(400)
      }
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
})
