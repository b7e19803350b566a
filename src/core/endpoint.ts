import {
  APIError,
  addDataAndFileToRequest,
  type Endpoint,
  headersWithCors,
  type PayloadRequest,
} from 'payload'
import type { z } from 'zod'
import { type ErrorKey, HelpdeskError, loggable, statuses } from './errors.js'

type Method = 'get' | 'post' | 'patch' | 'put' | 'delete'

export type EndpointArgs<Body, Query> = {
  /** Under the site's API route, e.g. `/helpdesk/tickets/:id/reply`. */
  path: string
  method: Method
  /** Who may call it at all. What they may reach is for the verb. */
  allow: (req: PayloadRequest) => boolean | Promise<boolean>
  /** Shape of the JSON body (or, with `files`, of the form's `_payload`). */
  body?: z.ZodType<Body>
  query?: z.ZodType<Query>
  /** Takes multipart/form-data; the file is `req.file`. Such posts must carry the header `X-Helpdesk: 1`. */
  files?: boolean
  /** Returns what is sent as JSON, or a Response made by `streamResponse`. */
  handler: (args: {
    req: PayloadRequest
    body: Body
    query: Query
    params: Record<string, string>
  }) => Promise<unknown>
}

/** Whether a request comes from the site's own pages. */
export const isSameSite = (req: PayloadRequest): boolean => {
  const site = req.headers.get('sec-fetch-site')
  if (site) return site === 'same-origin' || site === 'none' || (site === 'same-site' && originListed(req))
  const origin = req.headers.get('origin')
  return !origin || originListed(req)
}

const originListed = (req: PayloadRequest): boolean => {
  const origin = req.headers.get('origin')
  if (!origin) return true
  const { serverURL, csrf } = req.payload.config
  if (origin === serverURL || csrf?.includes(origin)) return true
  try {
    return new URL(origin).host === (req.headers.get('x-forwarded-host') ?? req.headers.get('host'))
  } catch {
    return false
  }
}

/** What a schema makes of a value. Throws `badInput`, which names the fields. */
export const read = <T>(schema: z.ZodType<T> | undefined, value: unknown): T => {
  if (!schema) return undefined as T
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const fields = Object.fromEntries(
    result.error.issues.map((issue) => [issue.path.join('.') || '(body)', issue.message]),
  )
  const named = Object.entries(fields).map(([path, message]) => `${path}: ${message}`)
  throw new HelpdeskError('badInput', { message: `Not understood: ${named.join('; ')}`, fields })
}

export type JSONArgs = {
  req: PayloadRequest
  body: unknown
  status: number
  type?: string
  headers?: Record<string, string> | undefined
}

/** An answer in JSON that nobody keeps. */
export const json = ({ req, body, status, type = 'application/json', headers }: JSONArgs): Response =>
  new Response(JSON.stringify(body ?? null), {
    status,
    headers: headersWithCors({
      req,
      headers: new Headers({
        'Content-Type': `${type}; charset=utf-8`,
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
        ...headers,
      }),
    }),
  })

/** What a refusal or a fault is answered with. */
export const failure = (req: PayloadRequest, error: unknown): Response => {
  const known = error instanceof APIError && (error.isPublic || error.status < 500)
  if (!known)
    req.payload.logger.error({ err: loggable(error), msg: `helpdesk: ${req.method} ${req.pathname} failed` })
  const status = known ? error.status : 500
  const message = known ? error.message : 'Something went wrong on the server. Nothing was changed.'
  const data = known ? (error.data as Record<string, unknown> | null) : null
  return json({ req, body: { error: { key: 'serverError', ...data, message } }, status })
}

/**
 * A REST endpoint that answers in JSON. Errors are `{ error: { key, message, fields? } }`. Everything but GET needs
 * a same-site origin and JSON (or the header, for files), so that no other site's form can reach it with an agent's
 * cookie. GET never changes anything by a cookie's rights; the worker's route, which does work, takes its secret only.
 */
export const defineEndpoint = <Body = undefined, Query = undefined>(
  args: EndpointArgs<Body, Query>,
): Endpoint => ({
  path: args.path,
  method: args.method,
  handler: async (req) => {
    try {
      if (args.method !== 'get') {
        if (!isSameSite(req)) throw new HelpdeskError('crossSite')
        const type = req.headers.get('content-type') ?? ''
        const fileForm =
          args.files && type.startsWith('multipart/form-data') && req.headers.get('x-helpdesk') === '1'
        // A browser adds such a header for no other site, so a scheduler may leave body and type out.
        const isBearer = !type && /^Bearer /i.test(req.headers.get('authorization') ?? '')
        if (!fileForm && !isBearer && !type.startsWith('application/json')) throw new HelpdeskError('notJSON')
      }
      if (!(await args.allow(req))) throw new HelpdeskError(req.user ? 'notAllowed' : 'notSignedIn')
      if (args.method !== 'get') await addDataAndFileToRequest(req)
      const body = read(args.body, req.data ?? {})
      const query = read(args.query, Object.fromEntries(req.searchParams ?? []))
      const params = (req.routeParams ?? {}) as Record<string, string>
      const result = await args.handler({ req, body, query, params })
      return result instanceof Response ? result : json({ req, body: result, status: 200 })
    } catch (error) {
      return failure(req, error)
    }
  },
})

export type MachineEndpointArgs = Pick<EndpointArgs<undefined, undefined>, 'path' | 'method'> & {
  /** Says itself who may, by what is signed. */
  handler: (args: {
    req: PayloadRequest
    params: Record<string, string>
  }) => Promise<{ status: number; body: unknown }>
}

/** A refusal as RFC 9457 says it: `key` is stable, `errors` names what was wrong, by path. */
const problem = (req: PayloadRequest, thrown: unknown): Response => {
  const isKnown = thrown instanceof APIError && thrown.status < 500
  if (!isKnown && !(thrown instanceof HelpdeskError))
    req.payload.logger.error({ err: loggable(thrown), msg: `helpdesk: ${req.method} ${req.pathname} failed` })
  const error = isKnown || thrown instanceof HelpdeskError ? thrown : new HelpdeskError('notStored')
  const { fields, errors, key } = (error.data ?? {}) as {
    key?: string
    fields?: Record<string, string>
    errors?: { path: string; message: string }[]
  }
  const wrong = fields
    ? Object.entries(fields).map(([field, detail]) => ({ field, detail }))
    : errors?.map(({ path, message }) => ({ field: path, detail: message }))
  const body = {
    type: 'about:blank',
    title: key && key in statuses ? new HelpdeskError(key as ErrorKey).message : error.message,
    status: error.status,
    key: key ?? 'refused',
    detail: error.message,
    ...(wrong && { errors: wrong }),
  }
  return json({ req, body, status: error.status, type: 'application/problem+json' })
}

/**
 * An endpoint for other systems, which carry no cookie but sign what they send: the body is left to the handler, byte
 * for byte, and whoever is signed in means nothing to it. Refusals are `application/problem+json`; at 503 the
 * same call has to be sent again.
 */
export const defineMachineEndpoint = ({ path, method, handler }: MachineEndpointArgs): Endpoint => ({
  path,
  method,
  handler: async (req) => {
    req.user = null
    try {
      const { status, body } = await handler({
        req,
        params: (req.routeParams ?? {}) as Record<string, string>,
      })
      return json({ req, body, status })
    } catch (error) {
      return problem(req, error)
    }
  },
})

export type StreamArgs = {
  body: BodyInit | null
  headers: Record<string, string>
  status?: number
}

/** An answer that is not JSON: an event stream, a file, a mail's source. */
export const streamResponse = ({ body, headers, status = 200 }: StreamArgs): Response =>
  new Response(body, { status, headers })
