import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlOf } from '../../src/core/database.js'
import { makeRandom } from '../faults/mails.js'
import { type Desk, openDesk } from './mail-out.desk.js'
import { callerOf, newKey } from './webhookCalls.js'

// Calls as a sender makes them that hears no answer: again, doubled, in another order, from many connections, while the
// site's own connections to its database are ended.

const seed = Number(process.env.HELPDESK_SEED ?? Date.now() % 1_000_000)
const calls = Number(process.env.HELPDESK_WEBHOOK_CALLS ?? 200)
const connections = 16

let desk: Desk
let call: ReturnType<typeof callerOf>

beforeAll(async () => {
  desk = await openDesk()
  call = callerOf(desk, (await newKey(desk)).secret)
})
afterAll(() => desk.close())

type Call = { matter: number; webhookId: string; raw: string }

let refused = 0

/** Again and again while the server says that it stored nothing. */
const send = async ({ webhookId, raw }: Call): Promise<string> => {
  for (;;) {
    const { status, body } = await call(raw, { id: webhookId })
    if (status !== 503) return JSON.stringify([status, body])
    refused += 1
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Ends the site's connections to its database every now and then, in the middle of whatever they do. */
const disturb = () => {
  const timer = setInterval(
    () =>
      void sqlOf({ payload: desk.site.payload })
        .query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid() and random() < 0.3`,
        )
        .catch(() => undefined),
    400,
  )
  return () => clearInterval(timer)
}

/** Each matter up to six times; half of the repeated calls under a new webhook id, known by their externalId. */
const schedule = (): Call[] => {
  const random = makeRandom(seed)
  const all: Call[] = []
  for (let matter = 0; all.length < calls; matter++) {
    const raw = JSON.stringify({
      email: `customer${matter % 50}@example.com`,
      subject: `Order ${matter}`,
      message: `It is about order ${matter}.`,
      externalId: `order-${matter}`,
    })
    const times = Math.min(1 + Math.floor(random() * 6), calls - all.length)
    for (let time = 0; time < times; time++) {
      const isOther = time > 0 && random() < 0.5
      all.push({ matter, webhookId: isOther ? `call-${matter}-${time}` : `call-${matter}`, raw })
    }
  }
  // Neighbours mostly, as connections overtake each other, and some from far away.
  for (let i = 0; i < all.length; i++) {
    const far = random() < 0.1 ? all.length : 40
    const j = Math.min(all.length - 1, i + Math.floor(random() * far))
    ;[all[i], all[j]] = [all[j]!, all[i]!]
  }
  return all
}

describe('a storm of calls', () => {
  it(`J04 brings as many tickets as there are matters: HELPDESK_SEED=${seed}`, async () => {
    const waiting = schedule()
    const matters = new Set(waiting.map(({ matter }) => matter)).size
    const answers = new Map<number, Set<string>>()
    const began = performance.now()
    let sent = 0
    const connection = async (): Promise<void> => {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        const answer = await send(next)
        sent += 1
        answers.set(next.matter, (answers.get(next.matter) ?? new Set()).add(answer))
      }
    }
    const calm = disturb()
    await Promise.all(Array.from({ length: connections }, connection)).finally(calm)
    const seconds = (performance.now() - began) / 1000
    const tickets = await desk.rows('tickets')
    console.info(
      `HELPDESK_SEED=${seed}: ${sent} calls on ${connections} connections, ${matters} matters: ${tickets.length} tickets, ${refused} times told to come again, ${Math.round(sent / seconds)} calls/s`,
    )
    expect([...answers.values()].filter((different) => different.size > 1)).toEqual([])
    expect([...answers.values()].every((one) => [...one][0]!.startsWith('[201,'))).toBe(true)
    expect(tickets).toHaveLength(matters)
    expect(await desk.rows('messages')).toHaveLength(matters)
    expect(await desk.rows('contacts')).toHaveLength(Math.min(50, matters))
  }, 300_000)
})
