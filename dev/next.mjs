// Serves the dev site, for the demo and the browser tests: node dev/next.mjs [--dev] PORT
// It ends with the process that started it, so that a killed demo leaves no server behind.
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import next from 'next'

const dev = process.argv.includes('--dev')
const port = Number(process.argv.at(-1))
const hostname = process.env.HELPDESK_HOST || 'localhost'

const app = next({ dev, dir: fileURLToPath(new URL('.', import.meta.url)), hostname, port, turbopack: dev })
await app.prepare()
const handle = app.getRequestHandler()
const server = createServer((request, response) => handle(request, response))
// dev/start.ts tries the next port then.
server.once('error', (error) => process.exit(error.code === 'EADDRINUSE' ? 98 : 1))
server.listen(port, hostname, () => process.send?.('ready'))

let isStopping = false
const stop = async () => {
  if (isStopping) return
  isStopping = true
  setTimeout(() => process.exit(1), 8000).unref()
  server.close()
  server.closeAllConnections()
  await globalThis.helpdeskWorker?.stop()
  process.exit(0)
}
process.on('SIGINT', () => undefined)
process.on('SIGTERM', stop)
process.on('disconnect', stop)
