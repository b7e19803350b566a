import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { usageOf } from '../bench/cpu.js'
import { openStorm, until } from './storm.js'

const count = 5000
/** Every fiftieth mail carries a file of this size, so that all of them together have half a gigabyte. */
const fileBytes = 4 * 1024 * 1024
const isLarge = (number: number): boolean => number % 50 === 0

const lines = (bytes: number): string => 'A line of a mail that waited for its worker.\r\n'.repeat(bytes / 46)

const write = (number: number, file: string): string => {
  const headers = [
    `From: Customer ${number} <customer${number}@example.com>`,
    'To: help@acme.test',
    `Subject: Waiting ${number}`,
    `Message-ID: <waiting-${number}@example.com>`,
    `Date: ${new Date().toUTCString()}`,
    'MIME-Version: 1.0',
  ]
  if (!isLarge(number))
    return [...headers, 'Content-Type: text/plain; charset=utf-8', '', lines(4_000)].join('\r\n')
  return [
    ...headers,
    'Content-Type: multipart/mixed; boundary=part',
    '',
    '--part',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'See the file.',
    '--part',
    'Content-Type: application/octet-stream; name="data.bin"',
    'Content-Disposition: attachment; filename="data.bin"',
    'Content-Transfer-Encoding: base64',
    '',
    file,
    '--part--',
    '',
  ].join('\r\n')
}

it('FT37 a backlog of 5,000 mails: in their order, in bounded memory, to be watched, while agents go on', async () => {
  const storm = await openStorm()
  const { users, rest } = storm.site
  try {
    for (const worker of storm.workers) worker.give({ act: 'stop' })
    for (const worker of storm.workers) await worker.ended
    const file = Buffer.alloc(fileBytes, 'file').toString('base64').replace(/.{76}/g, '$&\r\n')
    const mailbox = storm.mailboxes[0]!
    for (let number = 1; number <= count; number++)
      storm.server.deliver({ to: mailbox.address, raw: write(number, file) })
    await storm.replace(storm.workers[0]!)
    const worker = storm.workers[0]!

    const megabytes: number[] = []
    const waiting: number[] = []
    const listMs: number[] = []
    const tickets = storm.table('tickets')
    const opened = async (): Promise<number> =>
      (await storm.sql<{ count: number }>(`select count(*)::int count from ${tickets}`))[0]!.count
    let done = 0
    const took = await until(
      async () => {
        const began = performance.now()
        const list = await rest('GET', '/helpdesk/inbox/tickets?view=active', { user: users.agent })
        listMs.push(performance.now() - began)
        expect(list.status).toBe(200)
        const health = await rest<{ receive: { waiting: number; state: string } }>(
          'GET',
          `/helpdesk/mailboxes/${mailbox.id}/health`,
          { user: users.manager },
        )
        expect(health.status).toBe(200)
        waiting.push(health.body.receive.waiting)
        megabytes.push(usageOf(worker.pid).megabytes)
        done = await opened()
        if (done < count) await wait(200)
        return done >= count
      },
      { ms: 400_000 },
    )
    expect(done).toBe(count)

    const order = await storm.sql<{ subject: string }>(`select subject from ${tickets} order by number`)
    expect(order.map(({ subject }) => subject)).toEqual(
      Array.from({ length: count }, (_, index) => `Waiting ${index + 1}`),
    )
    const most = (values: number[]) => Math.max(...values)
    const third = Math.ceil(megabytes.length / 3)
    const [early, late] = [most(megabytes.slice(0, third)), most(megabytes.slice(-third))]
    const list = [...listMs].sort((a, b) => a - b)
    const p95 = list[Math.floor(list.length * 0.95)]!
    console.log(
      `${count} mails in ${Math.round(took / 1000)} s; the worker's memory ${Math.round(early)} MB at most in the first third, ` +
        `${Math.round(late)} MB in the last; list ${Math.round(p95)} ms (p95); ` +
        `waiting: ${waiting.filter((_, index) => index % Math.ceil(waiting.length / 10) === 0).join(', ')}`,
    )
    expect(late).toBeLessThan(early * 1.25)
    expect(most(megabytes)).toBeLessThan(1200)
    expect(p95).toBeLessThan(500)
    // What is shown to managers rises as mail is fetched and falls to nothing as it is worked off.
    const peak = waiting.indexOf(most(waiting))
    expect(waiting[peak]).toBeGreaterThan(50)
    const falls = waiting.slice(peak).filter((value, index, all) => index > 0 && value < all[index - 1]!)
    expect(falls.length).toBeGreaterThan(3)
  } finally {
    await storm.close()
  }
}, 500_000)
