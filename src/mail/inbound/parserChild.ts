import { parseMail } from './parse.js'
import type { ParsedMail, ParseOptions } from './parsedMail.js'
import { understandBody } from './understand.js'

/** Set by the pool in a child's environment; without it the module does not listen. */
export const childVariable = 'PAYLOAD_HELPDESK_PARSER'

/** `mail` is a raw mail, `text` and `html` are bare bodies. */
export type ParserRequest = {
  id: number
  raw: Uint8Array
  kind: 'mail' | 'text' | 'html'
  options: ParseOptions
}
export type ParserReply = { id: number; mail: ParsedMail } | { id: number; failed: string } | { ready: true }

type BodyArgs = { raw: Buffer; kind: 'text' | 'html'; options: ParseOptions }

const parseBody = async ({ raw, kind, options }: BodyArgs): Promise<ParsedMail> => {
  const mail = await parseMail(Buffer.alloc(0), options)
  const body = raw
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
  const {
    cids: _cids,
    errors,
    ...parts
  } = understandBody({
    text: kind === 'text' ? body : null,
    html: kind === 'html' ? body : null,
    forwarded: false,
  })
  return { ...mail, ...parts, errors }
}

const answer = async (request: ParserRequest): Promise<ParserReply> => {
  try {
    const raw = Buffer.from(request.raw.buffer, request.raw.byteOffset, request.raw.byteLength)
    const mail =
      request.kind === 'mail'
        ? await parseMail(raw, request.options)
        : await parseBody({ raw, kind: request.kind, options: request.options })
    return { id: request.id, mail }
  } catch (error) {
    return { id: request.id, failed: error instanceof Error ? error.message : String(error) }
  }
}

/** Listens for mails where this process is a child of the pool; otherwise does nothing. */
export const serveParser = (): void => {
  if (!process.send || !process.env[childVariable]) return
  process.once('disconnect', () => process.exit(0))
  process.on('message', (request: ParserRequest) => {
    void answer(request).then((reply) => process.send?.(reply))
  })
  process.send({ ready: true } satisfies ParserReply)
}
