import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import { getHelpdesk } from '../../src/core/config.js'
import { eventsPart } from '../../src/events/index.js'
import type { HelpdeskOptions } from '../../src/index.js'
import type { RestResult } from '../site.js'
import { type Desk, openDesk } from './mail-out.desk.js'
import { context } from './mailRig.js'

/** A call as the receiver got it. */
export type Call = {
  path: string
  headers: IncomingHttpHeaders
  body: string
  event: { type: string; timestamp: string; data: Facts & { ticket: Facts; message: Facts } }
}

type Facts = Record<string, unknown>

/** A row of the outbox, as far as tests look at it. */
export type DeliveryRow = {
  key: string
  state: string
  attempts: string
  status: string | null
  error_code: string | null
  due_at: Date
  last_try_at: Date
}

export type Receiver = {
  url: string
  port: number
  calls: Call[]
  /** What it answers; nobody answers where this does not. */
  answer: (response: ServerResponse, call: Call) => void
  close: () => Promise<void>
}

export const ok = (response: ServerResponse): void => {
  response.writeHead(204).end()
}

/** A real server that other systems are, on an address of this machine. */
export const startReceiver = async (host = '127.0.0.1', port = 0): Promise<Receiver> => {
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    const body = Buffer.concat(pieces).toString()
    const call = { path: request.url!, headers: request.headers, body, event: body ? JSON.parse(body) : null }
    receiver.calls.push(call)
    receiver.answer(response, call)
  })
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  const at = (server.address() as AddressInfo).port
  const receiver: Receiver = {
    url: `http://${host}:${at}/hook`,
    port: at,
    calls: [],
    answer: ok,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return receiver
}

/** Throws where the library does not know the signature. */
export const verify = (call: Call, secret: string): unknown =>
  new Webhook(secret).verify(call.body, call.headers as Record<string, string>)

export type Outgoing = Desk & {
  /** Saves a webhook as a manager does in the admin panel, and makes its secret. */
  listen: (data: object) => Promise<{ id: DocID; secret: string }>
  save: (data: object) => Promise<RestResult<Facts>>
  change: (id: DocID, data: object) => Promise<void>
  asManager: (method: string, path: string, body?: object) => Promise<RestResult<Facts>>
  /** Passes events on and sends, until nothing is due. */
  tell: () => Promise<void>
  spread: () => Promise<void>
  send: () => Promise<void>
  /** One run of sending, as the worker's loop has it. */
  sendOnce: () => Promise<{ more: boolean }>
  sweep: () => Promise<void>
  /** Sets the site's clock so much before the real one. */
  ahead: (ms: number) => void
  deliveries: (where?: string) => Promise<DeliveryRow[]>
}

export const openOutgoing = async (options: HelpdeskOptions = {}): Promise<Outgoing> => {
  const desk = await openDesk({
    events: { webhooks: { allowPrivateHosts: true, timeoutMs: 3000 } },
    ...options,
  })
  const { payload, users } = desk.site
  const slices = eventsPart(getHelpdesk(payload)).work!
  const slice = (name: string) => slices.find((work) => work.name === `webhooks.${name}`)!
  const runs = async (name: string): Promise<void> => {
    while ((await slice(name).run(context(payload))).more);
  }
  const asManager: Outgoing['asManager'] = (method, path, body = {}) =>
    desk.site.rest(method, path, { user: users.manager, ...(method !== 'GET' && { body }) })
  const save = (data: object) =>
    asManager('POST', '/helpdesk-webhooks', { name: 'Shop', events: ['ticketOpened'], ...data })
  return {
    ...desk,
    asManager,
    save,
    listen: async (data) => {
      const { status, body } = await save(data)
      if (status !== 201) throw new Error(JSON.stringify(body))
      const { id } = body['doc'] as { id: DocID }
      const made = await asManager('POST', `/helpdesk/webhooks/${id}/secret`)
      return { id, secret: String(made.body['secret']) }
    },
    change: async (id, data) => {
      const { status, body } = await asManager('PATCH', `/helpdesk-webhooks/${id}`, data)
      if (status !== 200) throw new Error(JSON.stringify(body))
    },
    tell: async () => {
      await runs('spread')
      await runs('send')
    },
    spread: () => runs('spread'),
    send: () => runs('send'),
    sendOnce: () => slice('send').run(context(payload)),
    sweep: () => runs('sweep'),
    ahead: (ms) => {
      process.env['HELPDESK_CLOCK_OFFSET_MS'] = String(ms)
    },
    deliveries: (where) => desk.rows('webhookDeliveries', where),
  }
}

type UseArgs = {
  options?: HelpdeskOptions
  /** What each webhook has unless its test says otherwise. */
  data?: object
  /** Given the desk and its receiver before the first test. */
  onOpen: (opened: { desk: Outgoing; receiver: Receiver }) => void
}

/** A desk for the tests of a file, with a receiver that answers each of them well. Each has webhooks of its own, by `listen`. */
export const withOutgoing = ({ options, data: common, onOpen }: UseArgs) => {
  let desk: Outgoing
  let receiver: Receiver
  const made: DocID[] = []
  beforeAll(async () => {
    desk = await openOutgoing(options)
    receiver = await startReceiver()
    onOpen({ desk, receiver })
  })
  afterAll(async () => {
    await receiver.close()
    await desk.close()
  })
  beforeEach(() => {
    receiver.calls.length = 0
    receiver.answer = ok
  })
  afterEach(async () => {
    desk.ahead(0)
    for (const id of made.splice(0)) await desk.asManager('DELETE', `/helpdesk-webhooks/${id}`)
    await desk.sweep()
  })
  return async (data: object = {}) => {
    const webhook = await desk.listen({ url: receiver.url, ...common, ...data })
    made.push(webhook.id)
    return webhook
  }
}
