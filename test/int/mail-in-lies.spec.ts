import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import { createWorker, type Worker } from '../../src/worker/index.js'
import { createRig, mailOf, type Rig } from './mailRig.js'
import { pour, type Script, type ScriptedImap, startScriptedImap } from './scriptedImap.js'

// Mail servers that ask for patience, and others that lie, all at the same time beside one that is well.

const tooMany = 'Too many simultaneous connections'
const filler = Buffer.alloc(64 * 1024, 'x')

let dripping: NodeJS.Timeout | undefined
const scripts = {
  overquota: { answers: { login: ({ tag, say }) => say(`${tag} NO [OVERQUOTA] Come back tomorrow`) } },
  limit: { answers: { login: ({ tag, say }) => say(`${tag} NO [LIMIT] ${tooMany}`) } },
  select: { answers: { select: ({ tag, say }) => say(`${tag} NO [LIMIT] ${tooMany}`) } },
  byeAtGreeting: { greet: (socket) => socket.end(`* BYE ${tooMany}\r\n`) },
  byeAtLogin: { answers: { login: ({ socket }) => socket.end(`* BYE ${tooMany}\r\n`) } },
  byeAtSelect: { answers: { select: ({ socket }) => socket.end(`* BYE ${tooMany}\r\n`) } },
  literal: {
    answers: {
      'uid fetch': ({ line, socket }) => {
        if (!/BODY\.PEEK\[\]/.test(line)) return false
        socket.write('* 1 FETCH (UID 1 BODY[] {4294967296}\r\n')
        pour(socket, filler)
        return true
      },
    },
  },
  longGreeting: { greet: (socket) => pour(socket, Buffer.concat([Buffer.from('* OK '), filler])) },
  longAnswer: { answers: { login: ({ socket }) => pour(socket, filler) } },
  slow: {
    greet: (socket) => {
      dripping = setInterval(() => socket.write('*'), 1000)
      socket.on('close', () => clearInterval(dripping))
    },
  },
} satisfies Record<string, Script>
type Name = keyof typeof scripts

let rig: Rig
let worker: Worker
let memory: { before: number; most: number }
let sampling: NodeJS.Timeout
const servers = {} as Record<Name, ScriptedImap>
const mailboxes = {} as Record<Name, DocID>
const names = Object.keys(scripts) as Name[]

beforeAll(async () => {
  rig = await createRig()
  for (const name of names) {
    servers[name] = await startScriptedImap(scripts[name])
    mailboxes[name] = await rig.addMailbox(`${name}@acme.test`, {
      receive: {
        kind: 'imap',
        host: '127.0.0.1',
        port: servers[name].port,
        security: 'none',
        user: name,
        password: 'x',
      },
      send: { kind: 'none' },
    })
  }
  memory = { before: process.memoryUsage().rss, most: 0 }
  sampling = setInterval(() => {
    memory.most = Math.max(memory.most, process.memoryUsage().rss)
  }, 20)
  worker = createWorker({ payload: rig.payload })
  worker.start()
})
afterAll(async () => {
  clearInterval(sampling)
  clearInterval(dripping)
  await worker?.stop()
  for (const server of Object.values(servers)) await server.close()
  await rig?.close()
})

type State = { health: string; code: string | null; error: string | null; failures: number; wait: number }
const stateOf = async (mailbox: DocID): Promise<State | undefined> =>
  (
    await rig.sql<State>(
      `select health, error_code code, error, failures::int failures,
         extract(epoch from next_try_at - last_try_at)::float8 wait
       from ${rig.table('mailboxState')} where mailbox_id = $1`,
      [mailbox],
    )
  )[0]

/** Waits until a try at this mailbox has ended in a fault. */
const faultOf = (name: Name, timeout = 20_000): Promise<State> =>
  vi.waitFor(
    async () => {
      const state = await stateOf(mailboxes[name])
      if (!state?.code) throw new Error(`Nothing went wrong with ${name}.`)
      return state
    },
    { timeout, interval: 50 },
  )

/** How long a mail to the mailbox that is well takes. */
const arrival = async (subject: string): Promise<number> => {
  const since = performance.now()
  rig.server.deliver({ to: 'help@acme.test', raw: mailOf({ Subject: subject }) })
  await vi.waitUntil(async () => (await rig.tickets()).some((ticket) => ticket.subject === subject), {
    timeout: 20_000,
    interval: 20,
  })
  return performance.now() - since
}

describe('FT32 a server that asks for patience', () => {
  it.each([
    ['overquota', 'Come back tomorrow'],
    ['limit', tooMany],
    ['select', tooMany],
    ['byeAtGreeting', tooMany],
    ['byeAtLogin', tooMany],
    ['byeAtSelect', tooMany],
  ] as const)('FT32 is given it, and named with its own words (%s)', async (name, words) => {
    const state = await faultOf(name)
    expect(state).toMatchObject({ code: 'throttled', health: 'warning', failures: 1 })
    expect(state.error).toBe(`The server asks us to come back later. (${words})`)
    expect(state.wait).toBeGreaterThan(45)
  })

  it('FT32 sees one connection at a time, and none again before its time has come', async () => {
    const patient = names.slice(0, 6)
    for (const name of patient) await faultOf(name)
    const before = patient.map((name) => servers[name].connections.all)
    await wait(3000)
    expect(patient.map((name) => servers[name].connections.all)).toEqual(before)
    expect(patient.map((name) => servers[name].connections)).toEqual(
      patient.map(() => ({ open: 0, most: 1, all: 1 })),
    )
  })
})

describe('G08 a server that lies', () => {
  it('G08 announces a mail of 4 GB and sends bytes without end: said so, and nothing stored', async () => {
    await vi.waitUntil(async () => (await stateOf(mailboxes.literal))?.health === 'ok', { timeout: 10_000 })
    servers.literal.arrive()
    const state = await faultOf('literal')
    expect(state).toMatchObject({ code: 'tooLarge' })
    expect(state.error).toContain('The server sent more than was asked for.')
    expect((await rig.journal()).filter(({ mailbox }) => mailbox === mailboxes.literal)).toEqual([])
  })

  it.each(['longGreeting', 'longAnswer'] as const)('G08 never ends its line (%s): said so', async (name) => {
    const state = await faultOf(name)
    expect(state).toMatchObject({ code: 'tooLarge' })
    expect(state.error).toContain('The server sent more than was asked for.')
  })

  it('G08 FT32 takes neither the memory of this process nor the time of another mailbox', async () => {
    const took = [await arrival('Beside liars'), await arrival('And again')]
    // The slow one has twenty seconds.
    for (const ms of took) expect(ms).toBeLessThan(15_000)
    const grown = (memory.most - memory.before) / 1024 / 1024
    console.log(
      `Among ${names.length} bad servers: ${took.map(Math.round).join(' and ')} ms, ${Math.round(grown)} MB more`,
    )
    expect(grown).toBeLessThan(200)
    expect(await stateOf(rig.mailbox)).toMatchObject({ health: 'ok' })
  })

  it('G08 greets with one byte a second: it has twenty seconds', async () => {
    expect(servers.slow.connections.most).toBe(1)
    const state = await faultOf('slow', 30_000)
    expect(state).toMatchObject({ code: 'timeout', error: expect.stringContaining('did not answer in time') })
  })
})
