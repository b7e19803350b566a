import type { AttachmentView } from '../api.js'

/** What the server refused, or that it could not be reached (`status` 0). */
export class RequestError extends Error {
  readonly key: string
  readonly status: number
  readonly fields: Record<string, string>
  constructor(details: { key: string; message: string; status: number; fields?: Record<string, string> }) {
    super(details.message)
    this.name = 'RequestError'
    this.key = details.key
    this.status = details.status
    this.fields = details.fields ?? {}
  }
}

export type Query = Record<string, string | number | undefined | null>

export type Requests = {
  /** The address of a path under `/helpdesk`. */
  url: (path: string, query?: Query) => string
  get: <T>(path: string, options?: { query?: Query; signal?: AbortSignal }) => Promise<T>
  /** The answer as text: a mail's source. */
  text: (path: string) => Promise<string>
  post: <T>(path: string, options?: { body?: unknown; keepalive?: boolean }) => Promise<T>
  remove: (path: string) => Promise<void>
  upload: (args: {
    file: File
    onProgress: (share: number) => void
    signal: AbortSignal
  }) => Promise<AttachmentView>
}

/** Longer than any answer the desk waits for; a hung connection must not look like work. */
const patience = 30_000

const failure = (status: number, body: unknown): RequestError => {
  const error = (
    body as { error?: { key?: string; message?: string; fields?: Record<string, string> } } | null
  )?.error
  if (error?.message) {
    return new RequestError({ key: 'serverError', ...error, message: error.message, status })
  }
  return new RequestError({ key: status ? 'serverError' : 'offline', message: '', status })
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const send = async (url: string, init: RequestInit): Promise<Response> => {
  const timeout = AbortSignal.timeout(patience)
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout
  try {
    const response = await fetch(url, { credentials: 'include', ...init, signal })
    if (!response.ok) throw failure(response.status, parse(await response.text()))
    return response
  } catch (error) {
    if (error instanceof RequestError) throw error
    if (init.signal?.aborted) throw error
    throw failure(0, null)
  }
}

const uploadFile = (
  url: string,
  { file, onProgress, signal }: Parameters<Requests['upload']>[0],
): Promise<AttachmentView> =>
  new Promise((resolve, reject) => {
    // fetch cannot tell how much of a body has left.
    const request = new XMLHttpRequest()
    request.open('POST', url)
    request.withCredentials = true
    request.setRequestHeader('X-Helpdesk', '1')
    request.upload.onprogress = (event) => onProgress(event.total ? event.loaded / event.total : 0)
    request.onerror = () => reject(failure(0, null))
    request.onabort = () => reject(new DOMException('Aborted', 'AbortError'))
    request.onload = () => {
      const body = parse(request.responseText) as { attachment?: AttachmentView } | null
      if (request.status < 300 && body?.attachment) resolve(body.attachment)
      else reject(failure(request.status, body))
    }
    signal.addEventListener('abort', () => request.abort(), { once: true })
    const form = new FormData()
    form.append('file', file, file.name)
    request.send(form)
  })

/** Talks to the desk's endpoints under `base` (`/api/helpdesk`). */
export const createRequests = (base: string): Requests => {
  const url: Requests['url'] = (path, query) => {
    const given = Object.entries(query ?? {}).filter(([, value]) => value != null && value !== '')
    const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
    return `${base}${path}${search ? `?${search}` : ''}`
  }
  const json = { 'Content-Type': 'application/json' }
  return {
    url,
    get: async (path, options) =>
      (await send(url(path, options?.query), options?.signal ? { signal: options.signal } : {})).json(),
    text: async (path) => (await send(url(path), {})).text(),
    post: async (path, { body, keepalive } = {}) =>
      (
        await send(url(path), {
          method: 'POST',
          headers: json,
          body: JSON.stringify(body ?? {}),
          ...(keepalive ? { keepalive: true } : {}),
        })
      ).json(),
    remove: async (path) => {
      await send(url(path), { method: 'DELETE', headers: json })
    },
    upload: (args) => uploadFile(url('/attachments'), args),
  }
}
