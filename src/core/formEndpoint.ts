import { APIError, type Endpoint, headersWithCors, type PayloadRequest } from 'payload'
import type { z } from 'zod'
import { failure, isSameSite, json, read, streamResponse } from './endpoint.js'
import { HelpdeskError } from './errors.js'
import { readBytes } from './readBytes.js'

/** A file of a form. */
export type FormFile = { name: string; type: string; data: Buffer }

export type FormResult = {
  /** What a caller of the API gets. */
  body: unknown
  /** Where the browser goes that sent a plain form: a path of the site. */
  location: string
  /** A `Set-Cookie` header. */
  cookie?: string
}

export type FormEndpointArgs<Body> = {
  path: string
  body: z.ZodType<Body>
  /** Bytes of a whole post, by the options of the site. */
  maxBytes: (req: PayloadRequest) => number
  handler: (args: {
    req: PayloadRequest
    body: Body
    files: FormFile[]
    params: Record<string, string>
  }) => Promise<FormResult>
  /** What a browser is shown that sent a plain form which was refused: title, sentence and the way back. */
  refusal: (args: { req: PayloadRequest; error: APIError; values: Record<string, unknown> }) => string
  /** Whether the values carry a key of their own, so that no cookie makes them somebody's. */
  isOwnKey?: (values: Record<string, unknown>) => boolean
}

type Posted = { values: Record<string, unknown>; files: FormFile[] }

/** Names that end in `[…]` make an object: `fields[order]`. */
const setValue = (
  values: Record<string, unknown>,
  { name, value }: { name: string; value: string },
): void => {
  const [, outer, inner] = /^([a-zA-Z]\w*)\[([a-zA-Z]\w*)\]$/.exec(name) ?? []
  if (!outer || !inner) values[name] = value
  else values[outer] = { ...(values[outer] as object | undefined), [inner]: value }
}

const postedOf = async (req: PayloadRequest, max: number): Promise<Posted> => {
  const type = req.headers.get('content-type') ?? ''
  const bytes = await readBytes(req, { from: 'forms', max, onPiece: () => undefined })
  if (type.startsWith('application/json')) {
    try {
      const parsed: unknown = JSON.parse(bytes.toString('utf8'))
      return { values: (parsed ?? {}) as Record<string, unknown>, files: [] }
    } catch {
      throw new HelpdeskError('malformedJSON')
    }
  }
  if (!/^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(type))
    throw new HelpdeskError('notJSON')
  const form = await streamResponse({ body: new Uint8Array(bytes), headers: { 'Content-Type': type } })
    .formData()
    .catch(() => null)
  if (!form) throw new HelpdeskError('badInput', { message: 'The form could not be read.' })
  const posted: Posted = { values: {}, files: [] }
  for (const [name, value] of form.entries()) {
    if (typeof value === 'string') setValue(posted.values, { name, value })
    // A file field that was left empty sends a file without a name.
    else if (value.name || value.size)
      posted.files.push({
        name: value.name || 'file',
        type: value.type,
        data: Buffer.from(await value.arrayBuffer()),
      })
  }
  return posted
}

/** A path of this site, whatever was asked for: nobody is led away by a form of ours. */
export const ownPath = (given: unknown, fallback: string): string => {
  const path = typeof given === 'string' ? given : ''
  if (!/^\/[^\s\\]*$/.test(path)) return fallback
  try {
    // As a browser reads it: `/.//evil.test` is no path of ours.
    const { origin, pathname, search } = new URL(path, 'http://site.invalid')
    return origin === 'http://site.invalid' && !pathname.startsWith('//') ? `${pathname}${search}` : fallback
  } catch {
    return fallback
  }
}

/** A page that tells nobody where it stands, as one that was opened by a guest link, sends its forms so. */
const isOpaque = (req: PayloadRequest): boolean =>
  req.headers.get('origin') === 'null' && !req.headers.get('sec-fetch-site')

/**
 * A post of the customers' side: as JSON, or as a plain form of a page without scripts. It needs a same-site origin; its
 * handler checks the form's token. A form that did its work leads on by 303 to a path of the site, one that was refused
 * shows a page that says why. Calls that accept JSON get `{ error: { key, message, fields? } }`.
 */
export const defineFormEndpoint = <Body>(args: FormEndpointArgs<Body>): Endpoint => ({
  path: args.path,
  method: 'post',
  handler: async (req) => {
    const type = req.headers.get('content-type') ?? ''
    const wantsJSON =
      type.startsWith('application/json') || /\bapplication\/json\b/.test(req.headers.get('accept') ?? '')
    let values: Record<string, unknown> = {}
    try {
      const isOurs = isSameSite(req)
      if (!isOurs && !isOpaque(req)) throw new HelpdeskError('crossSite')
      const posted = await postedOf(req, args.maxBytes(req))
      const { files } = posted
      values = posted.values
      if (!isOurs && !args.isOwnKey?.(values)) throw new HelpdeskError('crossSite')
      const body = read(args.body, values)
      const params = (req.routeParams ?? {}) as Record<string, string>
      const done = await args.handler({ req, body, files, params })
      const cookie = done.cookie ? { 'Set-Cookie': done.cookie } : undefined
      if (wantsJSON)
        return json({
          req,
          body: { ...(done.body as object), location: done.location },
          status: 200,
          headers: cookie,
        })
      return streamResponse({
        body: null,
        status: 303,
        headers: { Location: done.location, 'Cache-Control': 'no-store', ...cookie },
      })
    } catch (error) {
      if (wantsJSON) return failure(req, error)
      const answer = failure(req, error)
      const known = error instanceof APIError && error.status < 500 ? error : new HelpdeskError('notStored')
      return streamResponse({
        body: args.refusal({ req, error: known, values }),
        status: answer.status,
        headers: Object.fromEntries(
          headersWithCors({
            req,
            headers: new Headers({
              'Content-Type': 'text/html; charset=utf-8',
              'Cache-Control': 'no-store',
              'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
              'X-Content-Type-Options': 'nosniff',
              'Referrer-Policy': 'no-referrer',
            }),
          }),
        ),
      })
    }
  },
})
