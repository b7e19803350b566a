import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { buildPackage } from '../../dev/build.js'
import { startDatabase } from '../../dev/database/index.js'
import { root } from '../../dev/start.js'
import { benchIntake, benchScale } from './intake.js'
import { benchLive } from './live.js'
import { benchPages } from './pages.js'

const { values, positionals } = parseArgs({
  // The first is this file, for dev/run.mjs.
  args: process.argv.slice(3),
  allowPositionals: true,
  options: {
    mails: { type: 'string', default: '1500' },
    runs: { type: 'string', default: '3' },
    before: { type: 'string', default: '0,100000' },
    tickets: { type: 'string', default: '1000,100000' },
  },
})

const parts = ['intake', 'scale', 'live', 'pages']
const wanted = positionals.length ? positionals : parts
const say = (line: string): void => console.log(line)

const cleanUp: (() => Promise<unknown>)[] = []
let isStopping = false
const stop = async (code: number): Promise<void> => {
  if (isStopping) return
  isStopping = true
  for (const undo of cleanUp.reverse()) await undo().catch((error: unknown) => console.error(error))
  process.exit(code)
}

const bench = async (): Promise<void> => {
  const unknown = wanted.find((part) => !parts.includes(part))
  if (unknown) throw new Error(`There is no part "${unknown}"; there are ${parts.join(', ')}.`)
  const database = await startDatabase({ name: 'bench-postgres', database: 'postgres' })
  cleanUp.push(() => database.close())
  say('Building the package …')
  await buildPackage(root)
  const memory = Math.round(totalmem() / 1024 ** 3)
  say(
    `Node ${process.versions.node}, ${availableParallelism()} × ${cpus()[0]?.model.trim()}, ${memory} GB; load before: ${loadavg()[0]!.toFixed(2)}`,
  )
  const args = { database, say, onClose: (undo: () => Promise<unknown>) => void cleanUp.push(undo) }
  if (wanted.includes('intake'))
    for (const tickets of values.before.split(',').map(Number))
      await benchIntake({ ...args, mails: Number(values.mails), runs: Number(values.runs), tickets })
  if (wanted.includes('scale'))
    await benchScale({ ...args, mails: Number(values.mails), runs: Number(values.runs) })
  if (wanted.includes('live')) await benchLive(args)
  if (wanted.includes('pages')) await benchPages({ ...args, sizes: values.tickets.split(',').map(Number) })
  say(`load after: ${loadavg()[0]!.toFixed(2)}`)
}

process.on('SIGINT', () => void stop(130))
process.on('SIGTERM', () => void stop(143))
process.on('disconnect', () => void stop(1))
bench().then(
  () => stop(0),
  (error: unknown) => {
    console.error(error)
    return stop(1)
  },
)
