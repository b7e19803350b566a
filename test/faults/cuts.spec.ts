import { randomFillSync } from 'node:crypto'
import { createLocalReq } from 'payload'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import { readRaws, sha256 } from '../../src/mail/inbound/raw.js'
import { createRig, mailOf, type Rig } from '../int/mailRig.js'
import { makeRandom } from './mails.js'
import { type FaultProxy, startProxy } from './proxy.js'

const seed = Number(process.env.HELPDESK_SEED ?? Date.now() % 1_000_000)
const cuts = 100
const address = 'help@acme.test'

let rig: Rig
let wire: FaultProxy
beforeAll(async () => {
  rig = await createRig()
  wire = await startProxy(rig.server.imap)
  const { receive } = (await rig.payload.findByID({
    collection: 'mailboxes' as never,
    id: rig.mailbox,
    depth: 0,
    overrideAccess: true,
  })) as unknown as { receive: Record<string, unknown> }
  await rig.payload.update({
    collection: 'mailboxes' as never,
    id: rig.mailbox,
    data: { receive: { ...receive, password: 'correct horse', port: wire.port } } as never,
    depth: 0,
    overrideAccess: true,
  })
  await rig.receive()
})
afterAll(async () => {
  await wire?.close()
  await rig?.close()
})

type Row = { id: DocID; uid: number; sha256: string; size: number; verdict: string | null; state: string }

const rows = (): Promise<Row[]> =>
  rig.sql<Row>(
    `select id, uid::int uid, sha256, size::int size, verdict, state from ${rig.table('inboundEmails')} order by uid`,
  )
const cursor = async (): Promise<{ lastUid: number; failures: number }> =>
  (
    await rig.sql<{ lastUid: number; failures: number }>(
      `select last_uid::int "lastUid", failures::int failures from ${rig.table('mailboxState')}`,
    )
  )[0]!

/** All that is kept is whole: its bytes are those of the server. Returns the highest UID. */
const expectWhole = async (): Promise<number> => {
  const known = await rows()
  const there = new Map(rig.server.mailbox(address).map(({ uid, raw }) => [uid, raw]))
  expect(known.map(({ uid }) => uid)).toEqual(known.map((_, index) => index + 1))
  for (const row of known) expect([row.uid, row.sha256]).toEqual([row.uid, sha256(there.get(row.uid)!)])
  return known.length
}

it(`FT13 a connection that is cut 100 times within a mail leaves no part of it, and every mail comes once: HELPDESK_SEED=${seed}`, {
  timeout: 180_000,
}, async () => {
  const random = makeRandom(seed)
  let number = 0
  const deliver = (): void => {
    const bytes = randomFillSync(Buffer.alloc(Math.round((20_000 + random() * 180_000) * 0.73)))
    const raw = mailOf(
      { Subject: `Large ${++number}`, 'Content-Type': 'multipart/mixed; boundary=b' },
      [
        '--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--b',
        'Content-Type: application/octet-stream; name="a.bin"',
        'Content-Disposition: attachment; filename="a.bin"',
        'Content-Transfer-Encoding: base64\r\n',
        bytes.toString('base64').replace(/.{76}/g, '$&\r\n'),
        '--b--',
      ].join('\r\n'),
    )
    rig.server.deliver({ to: address, raw })
  }
  for (let count = 0; count < 5; count++) deliver()
  const offsets: number[] = []
  const began = Date.now()
  while (offsets.length < cuts) {
    const before = (await cursor()).lastUid
    // Up to two come in whole before the one that is cut.
    do deliver()
    while (number - before < 4)
    const cutBefore = offsets.length
    let passed = 0
    let whole = Math.floor(random() * 3)
    wire.harm({
      kind: 'cutMail',
      choose: (size) => {
        if (whole-- > 0) {
          passed++
          return null
        }
        whole = Math.floor(random() * 3)
        offsets.push(Math.floor(random() * size))
        return offsets.at(-1)!
      },
    })
    // On a busy machine the try before may end after this one was made due, and put it off.
    for (let tries = 0; tries < 5 && offsets.length === cutBefore; tries++) await rig.receive()
    wire.harm(null)
    expect(offsets.length).toBeGreaterThan(cutBefore)
    const { lastUid, failures } = await cursor()
    // It and those behind it are still owed to us.
    expect(lastUid).toBeGreaterThanOrEqual(before)
    expect(lastUid).toBeLessThanOrEqual(before + passed)
    expect(failures).toBeGreaterThan(0)
    expect((await rows()).at(-1)?.uid ?? 0).toBe(lastUid)
  }
  const atCuts = await expectWhole()
  await rig.receive()
  expect(await expectWhole()).toBe(number)
  const known = await rows()
  expect(known.filter(({ state, verdict }) => state !== 'done' || verdict !== 'opened')).toEqual([])
  const raws = await readRaws(
    await createLocalReq({}, rig.payload),
    known.map(({ id }) => id),
  )
  for (const { id, sha256: sum } of known) expect(sha256(raws.get(String(id))!)).toBe(sum)
  expect((await rig.tickets()).length).toBe(number)
  console.info(
    `HELPDESK_SEED=${seed}: ${number} mails, cut ${offsets.length} times after ${Math.min(...offsets)} to ${Math.max(...offsets)} bytes: ${atCuts} were whole when the wire was well again, then all; ${((Date.now() - began) / 1000).toFixed(1)} s`,
  )
})
