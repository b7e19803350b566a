import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createRig, mailOf, type Rig } from './mailRig.js'

const hour = 60 * 60_000

let rig: Rig
/** Connections to a mail server that hangs up on everybody. */
let knocks = 0
const bad = createServer((socket) => {
  knocks++
  socket.on('error', () => undefined)
  socket.end('* BYE no\r\n')
})
beforeAll(async () => {
  rig = await createRig()
  await new Promise<void>((resolve) => bad.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  vi.useRealTimers()
  await new Promise((resolve) => bad.close(resolve))
  await rig.close()
})

/** Saves the mailbox on a machine whose clock is wrong. */
const save = async (port: number, wrongMs: number): Promise<void> => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + wrongMs })
  await rig.payload.update({
    collection: 'mailboxes' as never,
    id: rig.mailbox,
    data: { receive: { port, password: 'correct horse' } } as never,
    depth: 0,
    overrideAccess: true,
  })
  vi.useRealTimers()
}

it.each([hour, -hour])(
  'a mailbox that was saved by a clock %i ms wrong is tried at once, and then when its time comes',
  async (wrong) => {
    const port = (bad.address() as { port: number }).port
    const before = knocks
    await save(port, wrong)
    await rig.run('mail.fetch')
    expect(knocks).toBe(before + 1)
    // A long wait, as after a sign-in that was refused.
    await rig.sql(`update ${rig.table('mailboxState')} set next_try_at = now() + interval '20 minutes'`)
    for (let i = 0; i < 3; i++) await rig.run('mail.fetch')
    expect(knocks).toBe(before + 1)
    await save(rig.server.imap.port, wrong)
    rig.server.deliver({ to: 'help@acme.test', raw: mailOf({ Subject: `Saved ${wrong}` }) })
    await rig.run('mail.fetch')
    await rig.run('mail.process')
    expect((await rig.journal()).at(-1)).toMatchObject({ subject: `Saved ${wrong}`, verdict: 'opened' })
  },
)
