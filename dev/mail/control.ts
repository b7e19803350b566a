import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MailServer, ReceivedMail } from './index.js'

/** A mail as the control port shows it; the bytes as base64. */
export type MailJson = { uid: number; receivedAt: string; raw: string }

/** A fault told from another process: the code for the next `times` recipients that contain `address`. */
export type FaultJson = {
  address?: string
  on: 'rcpt' | 'data'
  answer: 'drop' | 'acceptAndDrop' | { code: number; message: string }
  times?: number
}

/**
 * Lets other processes on this machine use the mail server: `POST /deliver`, `POST /fault`, `POST /reset`,
 * `POST /clear`, `GET /mailbox`, `GET /wait`, `GET /addresses`, `POST /uidvalidity`.
 */
export const startControl = async (args: {
  server: MailServer
  port?: number
}): Promise<{ url: string; close: () => Promise<void> }> => {
  const { server, port = 0 } = args
  const routes = makeRoutes(server)
  const http = createServer(async (request, response) => {
    try {
      const url = new URL(request.url ?? '/', 'http://localhost')
      const route = routes[`${request.method} ${url.pathname}`]
      if (!route) return send(response, 404, { error: 'No such route' })
      // A page of another site open in the browser could otherwise write mail here.
      if (request.method === 'POST' && request.headers['content-type'] !== 'application/json')
        return send(response, 415, { error: 'JSON only' })
      const body = request.method === 'POST' ? await readJson(request) : Object.fromEntries(url.searchParams)
      send(response, 200, (await route(body)) ?? {})
    } catch (error) {
      send(response, 500, { error: error instanceof Error ? error.message : String(error) })
    }
  })
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
}

type Routes = Record<string, (body: Record<string, unknown>) => unknown>

const makeRoutes = (server: MailServer): Routes => ({
  'GET /addresses': () => server.addresses(),
  'GET /mailbox': ({ address, folder }) =>
    server.mailbox(String(address), folder ? String(folder) : undefined).map(toJson),
  'GET /wait': async ({ address, contains, timeout }) =>
    toJson(
      await server.waitFor(
        String(address),
        (mail) => !contains || mail.text.includes(String(contains)),
        Number(timeout ?? 10_000),
      ),
    ),
  'POST /deliver': ({ to, raw, date, folder }) => ({
    uid: server.deliver({
      to: String(to),
      raw: Buffer.from(String(raw), 'base64'),
      date: date ? new Date(String(date)) : undefined,
      folder: folder ? String(folder) : undefined,
    }),
  }),
  'POST /uidvalidity': ({ address }) => server.changeUidValidity(String(address)),
  'POST /disconnect': () => server.disconnect(),
  'POST /clear': () => server.clear(),
  'POST /reset': () => {
    delete server.faults.onRcpt
    delete server.faults.onData
  },
  'POST /fault': (body) => {
    const { address = '', on, answer, times = Number.POSITIVE_INFINITY } = body as unknown as FaultJson
    let left = times
    const faultFor = (to: string[]) =>
      to.some((one) => one.includes(address)) && left-- > 0 ? answer : undefined
    if (on === 'rcpt') server.faults.onRcpt = (to) => faultFor([to])
    else server.faults.onData = (_raw, envelope) => faultFor(envelope.to)
  },
})

const toJson = ({ uid, receivedAt, raw }: ReceivedMail): MailJson => ({
  uid,
  receivedAt: receivedAt.toISOString(),
  raw: raw.toString('base64'),
})

const readJson = async (request: IncomingMessage): Promise<Record<string, unknown>> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}') as Record<string, unknown>
}

const send = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
