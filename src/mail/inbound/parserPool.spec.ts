import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createParserPool, ParserError } from './parserPool.js'

const folder = mkdtempSync(join(tmpdir(), 'parser-pool-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A parser that obeys: the raw mail says what it does. */
const obedient = join(folder, 'obedient.mjs')
writeFileSync(
  obedient,
  `process.on('disconnect', () => process.exit(0))
process.on('message', ({ id, raw }) => {
  const order = Buffer.from(raw).toString()
  if (order === 'hang') for (;;);
  if (order === 'die') process.exit(3)
  if (order === 'swell') { const kept = []; setInterval(() => kept.push(Buffer.alloc(30e6, 1)), 5); return }
  if (order === 'keep') globalThis.kept = [...(globalThis.kept ?? []), Buffer.alloc(120e6, 1)]
  process.send({ id, mail: { subject: order, pid: process.pid, args: process.execArgv, attachments: [{ content: Buffer.from('bytes') }] } })
})
process.send({ ready: true })
`,
)

const failure = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof ParserError ? error.kind : String(error)),
  )

describe('parser pool', () => {
  it('reads real mails in a child and hands the bytes of files back', async () => {
    const pool = createParserPool({ size: 1 })
    const raw =
      'From: a@b.test\r\nSubject: Hi\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\nbytes\r\n--b--'
    const mail = await pool.parse(Buffer.from(raw))
    expect(mail.subject).toBe('Hi')
    expect(mail.attachments[0]).toMatchObject({ filename: 'a.pdf', size: 5 })
    expect(Buffer.isBuffer(mail.attachments[0]!.content)).toBe(true)
    expect(mail.attachments[0]!.content!.toString()).toBe('bytes')
    await pool.close()
  }, 30_000)

  const results = (pool: ReturnType<typeof createParserPool>, orders: string[]) =>
    Promise.all(
      orders.map((order) =>
        pool.parse(Buffer.from(order)).then(
          (mail) => mail.subject,
          (error: unknown) => (error instanceof ParserError ? error.kind : 'other'),
        ),
      ),
    )

  it('a mail that hangs or crashes costs its child only; the next one is read', async () => {
    const pool = createParserPool({ size: 2, timeoutMs: 700, modulePath: obedient })
    const found = await results(pool, ['one', 'hang', 'two', 'die', 'three'])
    expect(found).toEqual(['one', 'timeout', 'two', 'crash', 'three'])
    await pool.close()
  }, 30_000)

  it.runIf(process.platform === 'linux')(
    'a mail that swells costs its child only',
    async () => {
      const pool = createParserPool({ size: 1, timeoutMs: 20_000, maxRssMb: 250, modulePath: obedient })
      expect(await results(pool, ['one', 'swell', 'two'])).toEqual(['one', 'memory', 'two'])
      await pool.close()
    },
    30_000,
  )

  it.runIf(process.platform === 'linux')(
    'a child that has grown is let go between two mails, at the cost of none',
    async () => {
      const pool = createParserPool({ size: 1, maxRssMb: 512, modulePath: obedient })
      const read = async (order: string) =>
        ((await pool.parse(Buffer.from(order))) as unknown as { pid: number }).pid
      const first = await read('keep')
      expect(await read('keep')).toBe(first)
      expect(await read('keep')).toBe(first)
      expect(await read('one')).not.toBe(first)
      await pool.close()
    },
    30_000,
  )

  it.runIf(process.platform === 'linux')(
    'where a child may have little, what it needs anyway does not count as grown',
    async () => {
      const pool = createParserPool({ size: 1, maxRssMb: 200, modulePath: obedient })
      const read = async (order: string) =>
        ((await pool.parse(Buffer.from(order))) as unknown as { pid: number }).pid
      // About 165 MB from here on.
      const first = await read('keep')
      expect(await read('one')).toBe(first)
      await pool.close()
    },
    30_000,
  )

  it('keeps a child for many mails, inherits no loader and refuses after closing', async () => {
    const pool = createParserPool({ size: 1, modulePath: obedient })
    const first = (await pool.parse(Buffer.from('a'))) as unknown as { pid: number; args: string[] }
    const second = (await pool.parse(Buffer.from('b'))) as unknown as { pid: number }
    expect(second.pid).toBe(first.pid)
    expect(first.args).toEqual(['--max-old-space-size=384'])
    await pool.close()
    expect(await failure(pool.parse(Buffer.from('c')))).toBe('closed')
    expect(() => process.kill(first.pid, 0)).toThrow()
  }, 30_000)

  it('lets idle children go', async () => {
    const pool = createParserPool({ size: 1, idleMs: 50, modulePath: obedient })
    const first = (await pool.parse(Buffer.from('a'))) as unknown as { pid: number }
    await new Promise((resolve) => setTimeout(resolve, 400))
    const second = (await pool.parse(Buffer.from('b'))) as unknown as { pid: number }
    expect(second.pid).not.toBe(first.pid)
    await pool.close()
  }, 30_000)

  it('a missing parser is an error of the mail, not of the process', async () => {
    const pool = createParserPool({ size: 1, modulePath: join(folder, 'missing.mjs') })
    expect(await failure(pool.parse(Buffer.from('a')))).toBe('crash')
    await pool.close()
  }, 30_000)
})
