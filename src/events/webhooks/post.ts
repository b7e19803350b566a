import http from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import { resolveName } from '../../core/resolveName.js'
import { isPrivateHost } from '../../rules/host.js'
import { type AllowedHosts, allowsPrivate, type UrlFault, urlFault } from '../../rules/webhookUrl.js'

/** What became of a call; `error` says it in English for the log, `code` names it for screens. */
export type Outcome =
  | { isDelivered: true; status: number }
  | { isDelivered: false; status: number | null; code: FaultCode; error: string }

export type FaultCode =
  | UrlFault
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'redirect'
  | 'answered'
  | 'gone'
  | 'noSecret'
  | 'died'
  | 'off'

export type PostArgs = {
  url: string
  headers: Record<string, string>
  body: string
  allowed: AllowedHosts
  /** Milliseconds for all of it: name servers, redirects, the answer. */
  timeoutMs: number
}

/** Hops after the first; more are a circle, or somebody who plays. */
const mostRedirects = 3

/** What is read of an answer, so that its sender is not cut off in the middle of a sentence; nobody looks at it. */
const mostBytes = 64 * 1024

const words: Record<Exclude<FaultCode, 'answered'>, string> = {
  badUrl: 'The address is no address of the web.',
  notHttps: 'The address is not https.',
  credentials: 'The address holds a user name or a password.',
  privateHost: 'The address leads into a private network, which this site does not allow.',
  dns: 'The name of the receiver could not be resolved.',
  connect: 'No connection to the receiver could be made, or it broke.',
  tls: 'No trustworthy encrypted connection to the receiver could be made.',
  timeout: 'The receiver did not answer in time.',
  redirect: 'The receiver redirected in a way that is not followed.',
  gone: 'The receiver answered 410: it is gone for good.',
  noSecret: 'There is no signing secret that this site can open. Make a new one.',
  died: 'Each worker that tried has died.',
  off: 'The webhook was switched off.',
}

/** Why nothing was delivered. */
export const fault = (code: Exclude<FaultCode, 'answered'>, status: number | null = null): Outcome => ({
  isDelivered: false,
  status,
  code,
  error: words[code],
})

type Answer = { status: number; location: string | undefined }

/** Thrown within a call. */
class Fault extends Error {
  constructor(readonly code: Exclude<FaultCode, 'answered'>) {
    super(code)
  }
}

const addressOf = async (url: URL, allowed: AllowedHosts): Promise<string> => {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host)) return host
  const found = await resolveName(host).catch((error: unknown) => {
    throw Object.assign(new Fault('dns'), { cause: error })
  })
  // One private address among public ones is refused too: which of them is used must not be chance.
  if (!allowsPrivate(host, allowed) && found.some(isPrivateHost)) throw new Fault('privateHost')
  return found[0]!
}

type HopArgs = {
  url: URL
  address: string
  headers: Record<string, string>
  body: string
  signal: AbortSignal
}

/** One call to exactly the address that was checked: the name is told to the receiver, and resolved by nobody again. */
const call = ({ url, address, headers, body, signal }: HopArgs): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const isSecure = url.protocol === 'https:'
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const request = (isSecure ? https : http).request({
      method: 'POST',
      host: address,
      port: url.port || (isSecure ? 443 : 80),
      path: `${url.pathname}${url.search}`,
      headers: { ...headers, host: url.host },
      agent: false,
      signal,
      ...(isSecure && !isIP(host) && { servername: host }),
    })
    let answer: Answer | undefined
    // Once there is a status it stands, however the rest ends.
    request.on('error', (error) => (answer ? resolve(answer) : reject(error)))
    request.on('response', (response) => {
      const given = { status: response.statusCode ?? 0, location: response.headers.location }
      answer = given
      const end = () => {
        response.destroy()
        resolve(given)
      }
      let read = 0
      response.on('data', (piece: Buffer) => {
        read += piece.length
        if (read > mostBytes) end()
      })
      for (const event of ['end', 'error', 'close'] as const) response.on(event, end)
    })
    request.end(body)
  })

const isTlsError = (code: string): boolean =>
  /^(ERR_TLS|ERR_SSL|CERT_|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)

const faultOf = (error: unknown, signal: AbortSignal): Outcome => {
  if (error instanceof Fault) return fault(error.code)
  if (signal.aborted) return fault('timeout')
  const { code = '' } = error as { code?: string }
  return fault(isTlsError(code) ? 'tls' : 'connect')
}

const outcomeOf = ({ status }: Answer): Outcome => {
  if (status >= 200 && status < 300) return { isDelivered: true, status }
  if (status === 410) return fault('gone', status)
  if (status >= 300 && status < 400) return fault('redirect', status)
  return { isDelivered: false, status, code: 'answered', error: `The receiver answered ${status}.` }
}

/**
 * Posts a body to a receiver. Each address is checked as when it was saved, and its name is resolved once: what was
 * checked is what is called. Redirects that keep a POST (307, 308) are followed, each checked anew; others are faults.
 */
export const post = async (args: PostArgs): Promise<Outcome> => {
  const { headers, body, allowed, timeoutMs } = args
  const signal = AbortSignal.timeout(timeoutMs)
  const late = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(new Fault('timeout')), { once: true }),
  )
  late.catch(() => undefined)
  try {
    let target = args.url
    for (let hop = 0; hop <= mostRedirects; hop++) {
      const wrong = urlFault({ url: target, allowed })
      if (wrong) return fault(wrong)
      const url = new URL(target)
      const address = await Promise.race([addressOf(url, allowed), late])
      const answer = await call({ url, address, headers, body, signal })
      if ((answer.status !== 307 && answer.status !== 308) || !answer.location) return outcomeOf(answer)
      if (!URL.canParse(answer.location, url)) return fault('redirect', answer.status)
      target = new URL(answer.location, url).href
    }
    return fault('redirect')
  } catch (error) {
    return faultOf(error, signal)
  }
}
