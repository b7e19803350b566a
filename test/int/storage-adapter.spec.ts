import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cloudStoragePlugin } from '@payloadcms/plugin-cloud-storage'
import type { Adapter } from '@payloadcms/plugin-cloud-storage/types'
import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { getHelpdesk } from '../../src/core/config.js'
import { uploadAttachment } from '../../src/operations/index.js'
import { type Desk, openDesk } from './mail-out.desk.js'
import { type Answers, visit } from './portalVisitor.js'

// Payload's own plugin for object stores, with a store that is spoken to by HTTP, as those are.

const objects = new Map<string, Buffer>()
let store: Server
let desk: Desk
const url = (path: string): string => `http://127.0.0.1:${(store.address() as AddressInfo).port}/${path}`

const adapter: Adapter = ({ prefix = '' }) => ({
  name: 'objects',
  handleUpload: async ({ file, storageFilePath }) => {
    await fetch(url(storageFilePath), { method: 'PUT', body: new Uint8Array(file.buffer) })
  },
  handleDelete: async ({ storageFilePath }) => {
    await fetch(url(storageFilePath), { method: 'DELETE' })
  },
  staticHandler: async (_req, { params }) => {
    const path = [params.prefix ?? prefix, params.filename].filter(Boolean).join('/')
    return fetch(url(path))
  },
})

beforeAll(async () => {
  store = createServer(async (request, response) => {
    const path = decodeURIComponent(request.url!.slice(1))
    if (request.method === 'PUT') {
      const pieces: Buffer[] = []
      for await (const piece of request) pieces.push(piece as Buffer)
      objects.set(path, Buffer.concat(pieces))
    } else if (request.method === 'DELETE') objects.delete(path)
    const found = objects.get(path)
    response.statusCode = request.method !== 'GET' || found ? 200 : 404
    response.end(request.method === 'GET' ? found : undefined)
  })
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve))
  desk = await openDesk({ portal: { url: 'https://acme.test/support' } }, (config) => ({
    ...config,
    plugins: [
      ...(config.plugins ?? []),
      cloudStoragePlugin({ collections: { 'helpdesk-attachments': { adapter, prefix: 'desk' } } }),
    ],
  }))
  await desk.changeMailbox({ settings: { acknowledge: true } })
})
afterAll(async () => {
  await desk.close()
  store.close()
})

it('H02 files of customers and agents lie in an object store, and are given to those alone who may read their message', async () => {
  const visitor = visit({ site: desk.site })
  const sent = await visitor.post('/requests', {
    values: { email: 'ada@example.com', subject: 'Kettle', message: 'See the picture' },
    files: [{ name: 'kettle.txt', type: 'text/plain', data: 'of a customer' }],
  })
  const number = Number(new URL(sent.headers.get('location')!, 'http://x').searchParams.get('number'))
  const [ticket] = await desk.rows<{ id: number; requester_address: string }>('tickets', 'number = $1', [
    number,
  ])
  const { attachment } = await uploadAttachment({
    req: desk.agent,
    file: { name: 'answer.txt', type: 'text/plain', data: Buffer.from('of an agent') },
  })
  await desk.reply({ ...ticket!, requesterAddress: 'ada@example.com' } as never, {
    text: 'Here',
    attachments: [attachment],
  })
  await desk.work()
  expect([...objects.values()].map(String).sort()).toEqual(['of a customer', 'of an agent'])
  expect([...objects.keys()].every((path) => path.startsWith('desk/'))).toBe(true)

  const mail = await simpleParser(desk.server.mailbox('ada@example.com').at(-1)!.raw)
  expect(mail.attachments.map(({ content }) => String(content))).toEqual(['of an agent'])
  const guest = new URL(/https:\S+guest=\S+/.exec(mail.text!)![0]).searchParams.get('guest')!
  const ada = visit({ site: desk.site, guest })
  const { body } = await ada.get<Answers>(`/tickets/${number}`)
  const read = async (id: number) => {
    const { status, response } = await ada.get(`/attachments/${id}`)
    return [status, await response.text()]
  }
  const files = body.messages.flatMap((message) => message.files)
  expect(await Promise.all(files.map(({ id }) => read(id)))).toEqual([
    [200, 'of a customer'],
    [200, 'of an agent'],
  ])
  for (const { id } of files) expect((await visitor.get(`/attachments/${id}`)).status).toBe(404)
  const { slugs } = getHelpdesk(desk.site.payload)
  const rows = await desk.rows<{ filename: string }>('attachments')
  for (const { filename } of rows)
    for (const user of [undefined, desk.site.users.customer])
      expect(
        (await desk.site.rest('GET', `/${slugs.attachments}/file/${filename}`, user && { user })).status,
      ).toBeGreaterThan(399)
})
