import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { HelpdeskOptions } from '../../src/index.js'
import type { Answer, Order } from './child.js'
import { compileOnce } from './compile.js'

/** A site in a process of its own that the test may kill. */
export type SiteProcess = {
  pid: number
  give: (order: Order) => void
  /** Waits for the next answer that the process has not been asked for yet. */
  answer: (timeoutMs?: number) => Promise<Answer>
  signal: (signal: NodeJS.Signals) => void
  isAlive: () => boolean
  /** How it ended: an exit code, or the signal. */
  ended: Promise<number | NodeJS.Signals>
}

const entry = 'test/faults/child'

/** What the child loads, and the door that it starts its parsers by. */
const sources = [`${entry}.ts`, 'src/exports/parser.ts']

/** Starts one and resolves when its Payload stands. It does nothing until it is given an order. */
export const startSiteProcess = async (args: {
  databaseUrl: string
  options?: HelpdeskOptions
  env?: Record<string, string>
}): Promise<SiteProcess> => {
  const cwd = compileOnce(sources)
  const child = fork(join(cwd, `${entry}.js`), {
    cwd,
    // Node 20 ends at random, with code 13, where lexical is first met inside a circle of imports.
    execArgv: ['--import', 'lexical'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      DATABASE_URL: args.databaseUrl,
      HELPDESK_TEST_OPTIONS: JSON.stringify(args.options ?? {}),
      ...args.env,
    },
  })
  const answers: Answer[] = []
  const waiting: ((answer: Answer) => void)[] = []
  child.on('message', (answer: Answer) => {
    const next = waiting.shift()
    if (next) next(answer)
    else answers.push(answer)
  })
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 1))
  })
  const answer = (timeoutMs = 30_000): Promise<Answer> => {
    const ready = answers.shift()
    if (ready) return Promise.resolve(ready)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`No answer within ${timeoutMs} ms.`)), timeoutMs)
      waiting.push((found) => {
        clearTimeout(timer)
        resolve(found)
      })
      void ended.then((how) => {
        clearTimeout(timer)
        reject(new Error(`The process ended: ${how}`))
      })
    })
  }
  const { is } = await answer(60_000)
  if (is !== 'ready') throw new Error(`The process answered ${is}.`)
  return {
    pid: child.pid!,
    // One that has died meanwhile hears nothing; that it has is for who waits for its end.
    give: (order) => void child.send(order, () => undefined),
    answer,
    signal: (signal) => void child.kill(signal),
    isAlive: () => child.exitCode === null && child.signalCode === null,
    ended,
  }
}
