import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { PayloadRequest } from 'payload'
import { expect, it } from 'vitest'
import { failure } from './endpoint.js'

/** What the log holds of an error. */
const logged = (error: unknown): string[] => {
  const lines: string[] = []
  const logger = { error: ({ msg }: { msg: string }) => lines.push(msg) }
  const req = { method: 'POST', pathname: '/x', payload: { logger, config: {} } } as unknown as PayloadRequest
  expect(failure(req, error).status).toBe(500)
  return lines
}

it('logs a fault, and not that somebody left while they were sending', async () => {
  expect(logged(new Error('The disk is full.'))).toEqual(['helpdesk: POST /x failed'])
  const cutOff = await new Promise<unknown>((resolve) => {
    const server = createServer((incoming) => {
      text(incoming).catch((error: unknown) => {
        server.close()
        resolve(error)
      })
    })
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      const sending = request({ port, host: '127.0.0.1', method: 'POST', headers: { 'content-length': 100 } })
      sending.on('error', () => undefined)
      sending.write('half', () => setTimeout(() => sending.destroy(), 50))
    })
  })
  expect(cutOff).toMatchObject({ code: 'ECONNRESET' })
  expect(logged(cutOff)).toEqual([])
})
