import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { followDatabase } from '../../src/core/clock.js'
import { getHelpdesk } from '../../src/core/config.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import { changeStatus } from '../../src/index.js'
import { type DeskSite, openDeskSite } from './deskSite.js'

const hour = 60 * 60_000

let desk: DeskSite
beforeAll(async () => {
  desk = await openDeskSite()
})
afterAll(() => desk.site.close())
afterEach(async () => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  await followDatabase(desk.site.payload)
})

/** The clock of this process goes wrong, and it learns so from the database. */
const setClock = async (wrongMs: number): Promise<void> => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + wrongMs, shouldAdvanceTime: false })
  await followDatabase(desk.site.payload)
}

/** Signed in by the clock as it is now. */
const manager = () => {
  const { users, payload } = desk.site
  const data = { email: users.manager.email, password: 'correct horse' }
  const token = async () => (await payload.login({ collection: 'users', data })).token!
  return { ...users.manager, token }
}

type Heard = { id: number | null; type: string; subject?: string }

/** A stream of the manager, with the events that came so far. */
const listen = async (after?: number) => {
  const { response, status } = await desk.site.rest(
    'GET',
    `/helpdesk/live${after ? `?after=${after}` : ''}`,
    {
      user: manager(),
    },
  )
  expect(status).toBe(200)
  const reader = response.body!.getReader()
  const heard: Heard[] = []
  const state = { isOpen: true }
  const read = async (): Promise<void> => {
    for (let rest = ''; ; ) {
      const { value, done } = await reader.read()
      if (done) break
      const parts = (rest + new TextDecoder().decode(value)).split('\n\n')
      rest = parts.pop()!
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1]
        const id = /^id: (.*)$/m.exec(part)?.[1]
        if (!data) continue
        const event = JSON.parse(data) as { type: string; ticket?: { subject: string } }
        heard.push({
          id: id ? Number(id) : null,
          type: event.type,
          ...(event.ticket && { subject: event.ticket.subject }),
        })
      }
    }
    state.isOpen = false
  }
  void read()
  const has = (fits: (one: Heard) => boolean) =>
    expect.poll(() => heard.some(fits), { timeout: 5000, interval: 20 }).toBe(true)
  return {
    heard,
    state,
    has,
    hello: () => has(({ type }) => type === 'hello'),
    close: () => reader.cancel(),
  }
}

const realNow = async (): Promise<number> => {
  const { rows } = await sqlOf({ payload: desk.site.payload }).query<{ ms: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float8 ms',
  )
  return Math.round(rows[0]!.ms)
}

describe('live updates', () => {
  it.each([-3 * hour, 3 * hour])(
    'tell what was missed though the clock of the process is %i ms wrong',
    async (wrong) => {
      await setClock(wrong)
      const stream = await listen()
      await stream.hello()
      const [hello] = stream.heard
      expect(Math.abs(hello!.id! - (await realNow()))).toBeLessThan(5000)
      await stream.close()
      await desk.open({ subject: `Missed ${wrong}` })
      const again = await listen(hello!.id!)
      await again.has(({ subject }) => subject === `Missed ${wrong}`)
      await again.close()
    },
  )

  it('say how far they are only when what was missed is told', async () => {
    const before = await realNow()
    await wait(10)
    for (const subject of ['First missed', 'Second missed']) await desk.open({ subject })
    const stream = await listen(before)
    await stream.hello()
    const first = stream.heard.findIndex(({ id }) => id !== null)
    expect(stream.heard[first]!.type).toBe('hello')
    const told = stream.heard.slice(0, first).map(({ subject }) => subject)
    expect(told).toEqual(expect.arrayContaining(['First missed', 'Second missed']))
    await stream.close()
  })

  it.each([false, true])(
    'end where something cannot be read, and tell it to who comes back (had begun: %s)',
    async (hasBegun) => {
      const { payload } = desk.site
      const sql = sqlOf({ payload })
      const states = tableOf(payload, getHelpdesk(payload).slugs.readStates)
      const subject = `Not read at first ${hasBegun}`
      const { ticket } = await desk.open({ subject })
      const since = (await realNow()) + 6000
      await wait(6100)
      const errors = vi.spyOn(payload.logger, 'error').mockImplementation(() => undefined)
      const begun = hasBegun ? await listen() : undefined
      await begun?.hello()
      await sql.query(`alter table ${states} rename to elsewhere`)
      await changeStatus({ req: desk.system, overrideAccess: true, ticket: ticket.id, status: 'pending' })
      const stream = begun ?? (await listen(since))
      await expect.poll(() => stream.state.isOpen, { timeout: 8000 }).toBe(false)
      await sql.query(`alter table elsewhere rename to ${states.replaceAll('"', '').split('.').at(-1)}`)
      expect(errors).toHaveBeenCalled()
      const place = Math.max(since, ...stream.heard.map(({ id }) => id ?? 0))
      const again = await listen(place)
      await again.has((one) => one.subject === subject)
      await again.close()
    },
    40_000,
  )
})
