import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ParsedMail } from '../mail/inbound/parsedMail.js'
import { createParserPool, type ParserPool } from '../mail/inbound/parserPool.js'

export type InspectArgs = {
  /** Files, or folders that are walked in order of name. */
  paths: string[]
  /** Whole mails, or bare bodies. */
  kind: 'mail' | 'text' | 'html'
  write: (line: string) => Promise<void>
}

/** The pipeline refuses longer mails before the download; here the file is only named. */
const maxFileSize = 100 * 1024 * 1024

/** What `inspect` prints of a mail: everything but the bytes of its files, keys in this order. */
export const inspection = (file: string, mail: ParsedMail): Record<string, unknown> => ({
  file,
  from: mail.from,
  to: mail.to,
  cc: mail.cc,
  replyTo: mail.replyTo,
  subject: mail.subject,
  date: mail.date,
  messageId: mail.messageId,
  inReplyTo: mail.inReplyTo,
  references: mail.references,
  text: mail.text,
  reply: mail.reply,
  quoted: mail.quoted,
  signature: mail.signature,
  html: mail.html,
  attachments: mail.attachments.map(({ filename, contentType, size, sha256, contentId, inline }) => ({
    filename,
    contentType,
    size,
    sha256,
    contentId,
    inline,
  })),
  automatic: mail.automatic,
  bounce: {
    is: mail.bounce.is,
    recipients: mail.bounce.recipients.map(({ address, status, action }) => ({ address, status, action })),
    originalMessageId: mail.bounce.originalMessageId,
  },
  auth: mail.auth,
  errors: mail.errors,
})

const unread = (file: string, error: unknown): Record<string, unknown> => ({
  file,
  from: null,
  to: [],
  cc: [],
  replyTo: [],
  subject: '',
  date: null,
  messageId: null,
  inReplyTo: [],
  references: [],
  text: '',
  reply: '',
  quoted: '',
  signature: '',
  html: null,
  attachments: [],
  automatic: { is: false, reason: null },
  bounce: { is: false, recipients: [], originalMessageId: null },
  auth: [],
  errors: [error instanceof Error ? error.message : String(error)],
})

const filesOf = async (path: string): Promise<string[]> => {
  const info = await stat(path).catch(() => null)
  if (!info?.isDirectory()) return [path]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
}

const inspectFile = async ({
  file,
  kind,
  pool,
}: {
  file: string
  kind: InspectArgs['kind']
  pool: ParserPool
}): Promise<Record<string, unknown>> => {
  try {
    const { size } = await stat(file)
    if (size > maxFileSize) throw new Error(`The file has ${size} bytes; at most ${maxFileSize} are read.`)
    const raw = await readFile(file)
    const mail = kind === 'mail' ? await pool.parse(raw) : await pool.parseBody({ body: raw, kind })
    return inspection(file, mail)
  } catch (error) {
    return unread(file, error)
  }
}

/** Prints one JSON object a mail, in the order given. Uses the pipeline's own pool, so a mail that hangs costs itself only. */
export const inspect = async ({ paths, kind, write }: InspectArgs): Promise<void> => {
  // The parser of this very build, whichever package the folder at hand has; from the sources the pool finds it.
  const built = fileURLToPath(new URL('../exports/parser.js', import.meta.url))
  const pool = createParserPool(existsSync(built) ? { modulePath: built } : {})
  try {
    const files = (await Promise.all(paths.map(filesOf))).flat()
    const ahead = 4
    const running: Promise<Record<string, unknown>>[] = []
    for (const file of files) {
      running.push(inspectFile({ file, kind, pool }))
      if (running.length >= ahead) await write(JSON.stringify(await running.shift()))
    }
    for (const result of running) await write(JSON.stringify(await result))
  } finally {
    await pool.close()
  }
}
