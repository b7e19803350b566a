import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { ParsedMail, ParseOptions } from './parsedMail.js'

export type ParserFailure = 'timeout' | 'memory' | 'crash' | 'closed'

/** The child that read a mail was stopped or died; the mail is to be set aside, the next one goes on. */
export class ParserError extends Error {
  readonly kind: ParserFailure
  constructor(kind: ParserFailure, message: string) {
    super(message)
    this.name = 'ParserError'
    this.kind = kind
  }
}

export type ParserPoolOptions = {
  /** Children at most. @default 2 */
  size?: number
  /** Milliseconds for one mail. @default 10_000 */
  timeoutMs?: number
  /** Resident memory of a child, in megabytes. @default 512 */
  maxRssMb?: number
  /** Milliseconds after which an idle child is let go. @default 60_000 */
  idleMs?: number
  /** File of the parser door; found by itself where not given. */
  modulePath?: string
}

export type ParserPool = {
  /** Rejects with a `ParserError` when the child had to be stopped. */
  parse: (raw: Buffer, options?: ParseOptions) => Promise<ParsedMail>
  /** The same for a bare body, as `inspect --text` and `--html` take it. */
  parseBody: (args: { body: Buffer; kind: 'text' | 'html'; options?: ParseOptions }) => Promise<ParsedMail>
  close: () => Promise<void>
}

type Kind = 'mail' | 'text' | 'html'
type Job = {
  raw: Buffer
  kind: Kind
  options: ParseOptions
  resolve: (mail: ParsedMail) => void
  reject: (error: Error) => void
}
type Child = {
  process: ChildProcess
  job: Job | null
  timer: NodeJS.Timeout | null
  watch: NodeJS.Timeout | null
  stopped: ParserFailure | null
  jobs: number
}

/**
 * What a parser leaks stays small: a fresh process takes over when one has grown to this share of what it may have, or
 * after so many mails. Not earlier: a fresh one takes as long to become quick as for hundreds of mails.
 */
const grownShare = 0.6
// Where it may have little, what it has when it has only just begun is no growth.
const smallMb = 200
const maxJobs = 20_000
const startMs = 15_000

type Door = { path: string; execArgv: string[] }

/** The file that is started to read mails. A bundle does not hold it: it is found among the installed packages. */
export const findDoor = (): Door => {
  // Names put together here, so that a bundler neither follows nor rewrites them: the child must be a file on disk.
  const beside = (ending: string): string =>
    fileURLToPath(new URL(['..', '..', 'exports', `parser.${ending}`].join('/'), import.meta.url))
  if (import.meta.url.endsWith('.ts') && existsSync(beside('ts'))) {
    // The project's own sources, in its tests and dev site: the child reads TypeScript too.
    const path = beside('ts')
    return {
      path,
      execArgv: ['--import', pathToFileURL(createRequire(path).resolve(['t', 'sx'].join(''))).href],
    }
  }
  try {
    const resolve = createRequire(join(process.cwd(), 'package.json')).resolve
    return { path: resolve(['payload-helpdesk', 'parser'].join('/')), execArgv: [] }
  } catch {
    return { path: beside('js'), execArgv: [] }
  }
}

const residentMb = (pid: number | undefined): number => {
  if (!pid || process.platform !== 'linux') return 0
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096) / 1048576
  } catch {
    return 0
  }
}

const sentences: Record<ParserFailure, string> = {
  timeout: 'Reading the mail took too long.',
  memory: 'Reading the mail took too much memory.',
  crash: 'The process that read the mail ended.',
  closed: 'The parser pool is closed.',
}

/** Reads mails in child processes: a mail that hangs, swells or crashes costs its child, never the site. */
export const createParserPool = (poolOptions: ParserPoolOptions = {}): ParserPool => {
  const { size = 2, timeoutMs = 10_000, maxRssMb = 512, idleMs = 60_000, modulePath } = poolOptions
  const children = new Set<Child>()
  const queue: Job[] = []
  let closed = false

  const stop = (child: Child, reason: ParserFailure | null): void => {
    child.stopped ??= reason
    children.delete(child)
    child.process.kill('SIGKILL')
  }

  const clearTimers = (child: Child): void => {
    if (child.timer) clearTimeout(child.timer)
    if (child.watch) clearInterval(child.watch)
    child.timer = child.watch = null
  }

  const rest = (child: Child): void => {
    clearTimers(child)
    child.job = null
    child.process.unref()
    child.process.channel?.unref()
    const hasGrown =
      residentMb(child.process.pid) > Math.max(grownShare * maxRssMb, Math.min(smallMb, 0.9 * maxRssMb))
    if (closed || child.jobs >= maxJobs || hasGrown) {
      stop(child, null)
      return
    }
    child.timer = setTimeout(() => stop(child, null), idleMs)
    child.timer.unref()
  }

  const give = (child: Child, job: Job): void => {
    clearTimers(child)
    child.job = job
    child.process.ref()
    child.process.channel?.ref()
    child.timer = setTimeout(() => stop(child, 'timeout'), child.jobs === 0 ? timeoutMs + startMs : timeoutMs)
    child.watch = setInterval(() => {
      if (residentMb(child.process.pid) > maxRssMb) stop(child, 'memory')
    }, 100)
    child.jobs++
    child.process.send({ id: child.jobs, raw: job.raw, kind: job.kind, options: job.options })
  }

  const next = (): void => {
    while (queue.length) {
      const idle = [...children].find((child) => child.job === null)
      if (!idle && children.size >= Math.max(1, size)) return
      give(idle ?? start(), queue.shift()!)
    }
  }

  const start = (): Child => {
    const door = modulePath ? { path: modulePath, execArgv: [] } : findDoor()
    const child: Child = {
      process: fork(door.path, [], {
        serialization: 'advanced',
        // Not what this process was started with: loaders and inspectors of the site are none of the child's business.
        execArgv: [`--max-old-space-size=${Math.max(64, Math.round(maxRssMb * 0.75))}`, ...door.execArgv],
        env: { PATH: process.env['PATH'], NODE_ENV: 'production', PAYLOAD_HELPDESK_PARSER: '1' },
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      }),
      job: null,
      timer: null,
      watch: null,
      stopped: null,
      jobs: 0,
    }
    children.add(child)
    const ended = (): void => {
      const { job } = child
      clearTimers(child)
      children.delete(child)
      child.job = null
      const kind = child.stopped ?? 'crash'
      job?.reject(new ParserError(kind, sentences[kind]))
      if (!closed) next()
    }
    child.process.once('error', ended)
    child.process.once('exit', ended)
    child.process.on('message', (reply: { mail?: ParsedMail; failed?: string; ready?: true }) => {
      const { job } = child
      if (!job) return
      if (reply.ready) {
        // Starting up is not the mail's fault: its time counts from here.
        if (child.timer) clearTimeout(child.timer)
        child.timer = setTimeout(() => stop(child, 'timeout'), timeoutMs)
        return
      }
      rest(child)
      if (reply.mail) job.resolve(withBuffers(reply.mail))
      else job.reject(new ParserError('crash', reply.failed ?? sentences.crash))
      next()
    })
    return child
  }

  const run = ({ raw, kind, options }: Pick<Job, 'raw' | 'kind' | 'options'>): Promise<ParsedMail> =>
    new Promise((resolve, reject) => {
      if (closed) {
        reject(new ParserError('closed', sentences.closed))
        return
      }
      queue.push({ raw, kind, options, resolve, reject })
      next()
    })

  return {
    parse: (raw, options = {}) => run({ raw, kind: 'mail', options }),
    parseBody: ({ body, kind, options = {} }) => run({ raw: body, kind, options }),
    close: async () => {
      closed = true
      for (const job of queue.splice(0)) job.reject(new ParserError('closed', sentences.closed))
      const ends = [...children].map((child) => {
        const end = new Promise<void>((resolve) => child.process.once('exit', () => resolve()))
        stop(child, 'closed')
        return end
      })
      await Promise.all(ends)
    },
  }
}

// The channel carries bytes as Uint8Array or Buffer, depending on the Node version.
const withBuffers = (mail: ParsedMail): ParsedMail => {
  for (const file of mail.attachments) {
    if (file.content && !Buffer.isBuffer(file.content)) {
      const bytes: Uint8Array = file.content
      file.content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
  }
  return mail
}
