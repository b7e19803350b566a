import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createParserPool, type ParserPool } from '../src/mail/inbound/parserPool.js'
import { processesOf } from './bench/cpu.js'
import { hostileMails } from './mail/hostile.js'

const received = fileURLToPath(new URL('mail/received/', import.meta.url))
const header = 'From: kim@customer.test\r\nTo: help@acme.test\r\nSubject: Hi\r\nMessage-ID: <1@x.test>\r\n'
const file = (type: string, body: string): string =>
  `${header}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\nContent-Type: ${type}\r\nContent-Disposition: attachment; filename=f\r\nContent-Transfer-Encoding: base64\r\n\r\n${body}\r\n--b--\r\n`
const words = 'The lamp came broken, and nobody answers. '

/** The largest that are fetched whole, and what costs a reader of texts the most. */
const giants: Record<string, string> = {
  'G04 a file of 24 MB': file('application/pdf', `${'A'.repeat(76)}\r\n`.repeat(312_000)),
  'G04 24 MB of text': `${header}\r\n${`${words}\r\n`.repeat(560_000)}`,
  'G06 24 MB of HTML': `${header}Content-Type: text/html\r\n\r\n${`<p class="a">${words}</p>\r\n`.repeat(370_000)}`,
  'G01 5 MB of quotes in quotes': `${header}\r\n${`${'>'.repeat(40)} ${words}\r\n`.repeat(60_000)}`,
  'G01 lines that almost begin a quote': `${header}\r\n${'On Mon, 2 Nov 2026 at 10:00 Kim Doe wrote\r\n'.repeat(50_000)}`,
  'F10 uuencoded without end': `${header}\r\n${'begin 644 x\r\n'.repeat(50_000)}`,
}

const limitMs = 1000
const limitMegabytes = 512

describe.skipIf(process.platform !== 'linux')('the process that reads mail', () => {
  let pool: ParserPool
  let pid: number
  /**
   * Milliseconds. A busy machine makes the clock's more, several threads at once the processor's; a machine with
   * nothing else to do needs at most the least of some tries.
   */
  const timed = async <T>(run: () => Promise<T>): Promise<[T, number]> => {
    let least = Number.POSITIVE_INFINITY
    let result: T
    let tries = 0
    do {
      const before = used()
      const began = performance.now()
      result = await run()
      least = Math.min(least, performance.now() - began, used() - before)
    } while (least >= limitMs && ++tries < 3)
    return [result, least]
  }
  const used = () => processesOf(process.pid).find((one) => one.pid === pid)!.seconds * 1000
  const peak = () => Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024

  beforeAll(async () => {
    pool = createParserPool({ size: 1 })
    const before = new Set(processesOf(process.pid).map((one) => one.pid))
    await pool.parse(Buffer.from(`${header}\r\nx`))
    const loaders = /esbuild/
    pid = processesOf(process.pid).find(
      (one) => !before.has(one.pid) && !loaders.test(readFileSync(`/proc/${one.pid}/cmdline`, 'utf8')),
    )!.pid
  })
  afterAll(() => pool.close())

  for (const [name, raw] of Object.entries({ ...hostileMails, ...giants }))
    it(`${name}: at most a second and 512 MB`, async () => {
      const bytes = Buffer.from(raw, 'latin1')
      const [mail, took] = await timed(() => pool.parse(bytes))
      console.info(`${name}: ${took.toFixed(0)} ms, ${peak().toFixed(0)} MB at most so far`)
      expect(mail.from?.address).toBe('kim@customer.test')
      expect(took).toBeLessThan(limitMs)
      expect(peak()).toBeLessThan(limitMegabytes)
    })

  it('F01–F10, G01–G10, A14–A18, M03–M07 as they were received: at most a second and 512 MB', async () => {
    const times: number[] = []
    for (const name of readdirSync(received)) {
      const raw = readFileSync(`${received}${name}`)
      times.push((await timed(() => pool.parse(raw)))[1])
    }
    console.info(
      `${times.length} mails: ${Math.max(...times).toFixed(0)} ms at most, ${peak().toFixed(0)} MB`,
    )
    expect(Math.max(...times)).toBeLessThan(limitMs)
    expect(peak()).toBeLessThan(limitMegabytes)
  })
})
