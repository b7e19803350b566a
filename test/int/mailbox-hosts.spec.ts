import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConnectionTest } from '../../src/admin/api.js'
import { createSite, type Site } from '../site.js'

// A manager who tries mail servers' names at a site that allows none of its own network.

let site: Site
let listener: Server
let open: number
let connections = 0

beforeAll(async () => {
  site = await createSite({ options: { mailboxes: { allowPrivateHosts: false } } })
  listener = createServer((socket) => {
    connections += 1
    socket.on('error', () => undefined)
    socket.end('* OK [CAPABILITY IMAP4rev1] ready\r\n')
  })
  await new Promise<void>((resolve) => listener.listen(0, '0.0.0.0', resolve))
  open = (listener.address() as AddressInfo).port
})
afterAll(async () => {
  listener.close()
  await site.close()
})

type Place = { host: string; port: number }

const test = async (place: Place, user = site.users.manager) => {
  const login = { ...place, security: 'none', user: 'help@acme.test', password: 'secret' }
  const begun = performance.now()
  const { status, body } = await site.rest<ConnectionTest>('POST', '/helpdesk/mailboxes/new/test', {
    user,
    body: {
      address: 'help@acme.test',
      receive: { kind: 'imap', ...login },
      send: { kind: 'smtp', ...login },
    },
  })
  return { status, body, ms: performance.now() - begun }
}

/** The answer without the name that the manager typed, and without how long it took, which is measured below. */
const said = ({ ok, steps }: ConnectionTest, { host }: Place): string =>
  JSON.stringify([ok, steps.map(({ ms: _, ...step }) => step)]).replaceAll(host.replace(/[[\]]/g, ''), 'HOST')

const turned = <T>(list: T[], by: number): T[] => [
  ...list.slice(by % list.length),
  ...list.slice(0, by % list.length),
]

/** How fast it is where nothing else runs: what a stranger would see through the noise. */
const fast = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 10)]!

describe('J02 a private network that the site does not allow', () => {
  it('tells nothing of what listens there: one answer for every address and port, and nobody is connected', async () => {
    const places: Place[] = [
      { host: '127.0.0.1', port: open },
      { host: '127.0.0.1', port: 9 },
      { host: '127.0.0.1', port: 6379 },
      { host: 'localhost', port: open },
      { host: '169.254.169.254', port: 80 },
      { host: '10.255.255.1', port: 143 },
      { host: '192.168.0.1', port: open },
      { host: '0.0.0.0', port: open },
      { host: '::1', port: open },
      { host: '[::ffff:127.0.0.1]', port: open },
      { host: '2130706433', port: open },
      { host: '0x7f.1', port: open },
      { host: '127.1', port: open },
    ]
    const answers = new Map<string, string[]>()
    for (const place of places) {
      const { status, body } = await test(place)
      expect([place.host, status, body.ok]).toEqual([place.host, 200, false])
      const words = said(body, place)
      answers.set(words, [...(answers.get(words) ?? []), `${place.host}:${place.port}`])
    }
    expect([...answers.values()]).toEqual([places.map(({ host, port }) => `${host}:${port}`)])
    expect([...answers.keys()][0]).toContain('private network')
    expect(connections).toBe(0)
  })

  it('answers as fast where something listens as where nothing does, or nothing would ever answer', async () => {
    const places = {
      open: { host: '127.0.0.1', port: open },
      closed: { host: '127.0.0.1', port: 9 },
      filtered: { host: '10.255.255.1', port: 143 },
      metadata: { host: '169.254.169.254', port: 80 },
    }
    const times: Record<string, number[]> = {}
    for (let i = 0; i < 30; i++)
      // Another one begins each round: what runs beside this would always meet the same one.
      for (const [name, place] of turned(Object.entries(places), i)) {
        const { ms } = await test(place)
        times[name] = [...(times[name] ?? []), ms]
      }
    const fastest = Object.values(times).map(fast)
    console.info(
      Object.keys(places)
        .map((name, i) => `${name} ${fastest[i]!.toFixed(1)} ms`)
        .join(', '),
    )
    expect(Math.max(...fastest) - Math.min(...fastest)).toBeLessThan(Math.max(10, Math.min(...fastest) * 0.5))
    expect(connections).toBe(0)
  })

  it('may be tried by no agent at all', async () => {
    for (const port of [open, 9]) {
      const { status, body } = await test({ host: '127.0.0.1', port }, site.users.agent)
      expect([status, JSON.stringify(body).includes('network')]).toEqual([403, false])
    }
    expect(connections).toBe(0)
  })
})
