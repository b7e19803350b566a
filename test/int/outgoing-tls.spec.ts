import { spawn } from 'node:child_process'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Certificate, type Certificates, makeCertificates } from './certificates.js'

// Receivers by https, whose name the certificate has to carry although they are called by their address.

let certificates: Certificates
const close: (() => unknown)[] = []
beforeAll(() => {
  certificates = makeCertificates()
})
afterAll(() => {
  for (const end of close) end()
  certificates.remove()
})

const heard: { name: unknown; host: string | undefined }[] = []

const receiver = async (certificate: Certificate): Promise<number> => {
  const server = createServer(certificate, (request, response) => {
    heard.push({
      name: (request.socket as TLSSocket & { servername?: unknown }).servername,
      host: request.headers.host,
    })
    response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  close.push(() => server.close())
  return (server.address() as AddressInfo).port
}

/** Posts in a process that trusts the authority; what became of each. */
const postAll = async (urls: string[]): Promise<unknown[]> => {
  const trip = fileURLToPath(new URL('outgoing-tls.trip.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', trip, JSON.stringify(urls)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: certificates.authority },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  for await (const piece of child.stdout) said += piece
  return JSON.parse(said)
}

it('J01 are called by the address that was checked and known by their name; others hear nothing', async () => {
  const { valid, expired, otherName, selfSigned } = certificates
  const ports = await Promise.all([valid, expired, otherName, selfSigned].map(receiver))
  const urls = [...ports.map((port) => `https://localhost:${port}/`), `https://127.0.0.1:${ports[0]}/`]
  const bad = { isDelivered: false, code: 'tls' }
  expect(await postAll(urls)).toMatchObject([{ isDelivered: true, status: 204 }, bad, bad, bad, bad])
  expect(heard).toEqual([{ name: 'localhost', host: `localhost:${ports[0]}` }])
})
