import { mkdir, rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRig, mailOf, type Rig } from './mailRig.js'

let rig: Rig
beforeAll(async () => {
  rig = await createRig()
})
afterAll(() => rig.close())

const part = (head: string, body: string): string => `--b\r\n${head}\r\n\r\n${body}\r\n`

it('FT24 a full disk: the mail with a file waits, others go on, and all is there when the disk is', async () => {
  const folder = (
    rig.payload.collections['helpdesk-attachments' as never] as { config: { upload: { staticDir: string } } }
  ).config.upload.staticDir
  const health = async () =>
    (
      await rig.sql(
        `select health, error_code code, error from ${rig.table('mailboxState')} where mailbox_id = $1`,
        [rig.mailbox],
      )
    )[0]
  await rm(folder, { recursive: true, force: true })
  // Nothing can be written below a file: root too is refused.
  await writeFile(folder, '')
  const body = [
    part('Content-Type: text/plain', 'With a file.'),
    part('Content-Type: text/plain\r\nContent-Disposition: attachment; filename=plan.txt', 'the plan'),
    '--b--',
  ].join('')
  const again = () =>
    rig.sql(`update ${rig.table('inboundEmails')} set next_try_at = null where state = 'received'`)
  const waiting = await rig.arrive(
    mailOf({ Subject: 'With a file', 'Content-Type': 'multipart/mixed; boundary=b' }, body),
  )
  for (let tries = 0; tries < 6; tries++) {
    await again()
    await rig.run('mail.process')
  }
  expect(await rig.arrive(mailOf({ Subject: 'Without' }))).toMatchObject({ verdict: 'opened' })
  const stillWaiting = (await rig.journal()).find(({ id }) => id === waiting.id)
  expect(stillWaiting).toMatchObject({ state: 'received', verdict: null, attempts: 0 })
  expect(await health()).toMatchObject({ health: 'warning', code: 'storage' })
  await rig.receive()
  expect(await health()).toMatchObject({ health: 'warning', code: 'storage' })

  await rm(folder)
  await mkdir(folder, { recursive: true })
  await again()
  await rig.run('mail.process')
  const [done] = (await rig.journal()).filter(({ id }) => id === waiting.id)
  expect(done).toMatchObject({ verdict: 'opened' })
  expect(
    await rig.sql(`select state from ${rig.table('attachments')} where message_id = $1`, [done!.message]),
  ).toEqual([{ state: 'linked' }])
  expect(await health()).toMatchObject({ health: 'ok', code: null })
})

it('FT24 storage that is away for long: the mail comes with its file from the source, which is kept for that', async () => {
  const folder = (
    rig.payload.collections['helpdesk-attachments' as never] as { config: { upload: { staticDir: string } } }
  ).config.upload.staticDir
  await rm(folder, { recursive: true, force: true })
  await writeFile(folder, '')
  process.env['HELPDESK_CLOCK_OFFSET_MS'] = '0'
  const body = [
    part('Content-Type: text/plain', 'With a file.'),
    part('Content-Type: text/plain\r\nContent-Disposition: attachment; filename=plan.txt', 'the plan'),
    '--b--',
  ].join('')
  try {
    const { id } = await rig.arrive(mailOf({ 'Content-Type': 'multipart/mixed; boundary=b' }, body))
    process.env['HELPDESK_CLOCK_OFFSET_MS'] = String(11 * 60_000)
    await rig.run('mail.process')
    const [entry] = (await rig.journal()).filter((row) => row.id === id)
    expect(entry).toMatchObject({ verdict: 'opened' })
    await rm(folder)
    await mkdir(folder, { recursive: true })
    process.env['HELPDESK_CLOCK_OFFSET_MS'] = String(40 * 24 * 60 * 60_000)
    await rig.run('mail.sweep')
    const [file] = await rig.sql<{ id: number; state: string }>(
      `select id, state from ${rig.table('attachments')} where message_id = $1`,
      [entry!.message],
    )
    expect(file!.state).toBe('refused')
    const answer = await rig.site.rest('GET', `/helpdesk/attachments/${file!.id}`, {
      user: rig.site.users.agent,
    })
    expect([answer.status, await answer.response.text()]).toEqual([200, 'the plan'])
  } finally {
    delete process.env['HELPDESK_CLOCK_OFFSET_MS']
  }
})

it('a file that storage refused comes from the source of its mail, as long as that is kept', async () => {
  const file = (name: string, words: string) =>
    part(`Content-Type: text/html\r\nContent-Disposition: attachment; filename=${name}`, words)
  const body = [
    part('Content-Type: text/plain', 'Two files.'),
    file('one.html', '<b>one</b>'),
    file('two.html', '<b>two</b>'),
    '--b--',
  ].join('')
  const entry = await rig.arrive(mailOf({ 'Content-Type': 'multipart/mixed; boundary=b' }, body))
  const attachments = rig.table('attachments')
  const [one, two] = await rig.sql<{ id: number }>(
    `update ${attachments} set state = 'refused', refusal = 'The bucket is full.', filename = null, mime_type = null
     where message_id = $1 returning id, part_index`,
    [entry.message],
  )
  const { agent, manager } = rig.site.users
  const get = (id: unknown, user = agent) =>
    rig.site.rest<{ error: { key: string } }>('GET', `/helpdesk/attachments/${id}`, { user })
  const answers = [await get(one!.id), await get(two!.id, manager)]
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  const words = await Promise.all(answers.map(({ response }) => response.text()))
  expect(words.sort()).toEqual(['<b>one</b>', '<b>two</b>'])
  expect(answers[0]!.headers.get('content-type')).toBe('application/octet-stream')
  expect(answers[0]!.headers.get('content-disposition')).toMatch(/^attachment; filename="(one|two)\.html"/)

  await rig.sql(`update ${attachments} set sha256 = 'another' where id = $1`, [one!.id])
  expect([(await get(one!.id)).status, (await get(one!.id)).body.error.key]).toEqual([410, 'rawGone'])
  await rig.sql(`delete from ${rig.table('rawSources')} where inbound_email_id = $1`, [entry.id])
  expect((await get(two!.id)).status).toBe(410)
})
