import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRig, mailOf, type Rig } from './mailRig.js'

let rig: Rig
beforeAll(async () => {
  rig = await createRig()
})
afterAll(() => rig.close())

const part = (head: string, body: string): string => `--b\r\n${head}\r\n\r\n${body}\r\n`

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
