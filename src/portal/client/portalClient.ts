import type { PortalAccess } from '../page.js'
import type { PortalFilter, PortalMessage, PortalTicket } from '../tickets.js'
import { post } from './post.js'

export type PortalSend = {
  files?: readonly File[]
  /** Of what is sent, from 0 to 1. */
  onProgress?: (share: number) => void
  /** Names this try: sent again under the same name, nothing is stored twice. Made up where there is none. */
  requestKey?: string
}

export type PortalRequest = PortalSend & {
  subject: string
  message: string
  /** Of a stranger. */
  email?: string
  name?: string
  /** Where `portal.priority` lets customers choose. */
  priority?: 'low' | 'normal' | 'high' | 'urgent'
  /** The ticket fields of `portal.fields`. */
  fields?: Record<string, string | number | boolean>
  /** More for `portal.challenge`, as the answer of a captcha. */
  challenge?: Record<string, string>
}

export type PortalReply = PortalSend & {
  /** Of the ticket. */
  number: number
  message: string
}

export type PortalLink = { email: string; challenge?: Record<string, string> }

/** Why the portal refused. */
export class PortalError extends Error {
  override name = 'PortalError'
  /** What a program can go by: `notSignedIn`, `ticketGone`, `badInput`, `tooOften` …; `offline` without an answer. */
  readonly key: string
  /** Of HTTP; 0 without an answer. */
  readonly status: number
  /** What is wrong with which field. */
  readonly fields: Record<string, string>
  constructor({ key, status, message, fields }: Pick<PortalError, 'key' | 'status' | 'message' | 'fields'>) {
    super(message)
    this.key = key
    this.status = status
    this.fields = fields
  }
}

type Refusal = { key?: string; message?: string; fields?: Record<string, string> } | undefined

const refusalOf = (status: number, error: Refusal): PortalError =>
  new PortalError({
    key: error?.key ?? (status ? 'notAnswered' : 'offline'),
    status,
    message:
      error?.message ??
      (status ? `The site answered ${status}.` : 'The site could not be reached. Try again.'),
    fields: error?.fields ?? {},
  })

type Values = Record<string, unknown>

type SendArgs = {
  values?: Values
  files?: readonly File[] | undefined
  onProgress?: ((share: number) => void) | undefined
}

/** The names that a plain form has: `fields[order]`. */
const formOf = (values: Values, files: readonly File[]): FormData => {
  const form = new FormData()
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue
    if (typeof value !== 'object' || value === null) form.append(name, String(value))
    else for (const [inner, one] of Object.entries(value)) form.append(`${name}[${inner}]`, String(one))
  }
  for (const file of files) form.append('files', file)
  return form
}

/**
 * The portal's endpoints for pages that draw it themselves, in the browser. It is given what `portalAccess` made on the
 * server for this caller and mailbox. Each call throws `PortalError` where it is refused: with `formExpired` where the
 * page has been open for more than a day, or somebody has signed in or out beside it; render the page again then.
 * @example
 * const portal = useMemo(() => portalClient(access), [access])
 * const { number } = await portal.submit({ subject: 'Broken', message: 'It rattles.', email: 'jo@example.com' })
 */
export const portalClient = ({ api: base, token, guest, mailbox, language }: PortalAccess) => {
  const own = { guest: guest || undefined, mailbox: mailbox ?? undefined }

  const get = async <Body>(path: string, query: Values = {}): Promise<Body> => {
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
    const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]))
    const response = await fetch(`${base}${path}?${search}`, {
      headers: { Accept: 'application/json' },
    }).catch(() => null)
    const body = (await response?.json().catch(() => null)) as (Body & { error?: Refusal }) | null | undefined
    if (!response?.ok || !body) throw refusalOf(response?.status ?? 0, body?.error)
    return body
  }

  const send = async (
    path: string,
    { values = {}, files = [], onProgress }: SendArgs = {},
  ): Promise<Values> => {
    const all = { ...values, ...own, language, token }
    const body = files.length ? formOf(all, files) : JSON.stringify(all)
    const { status, answer } = await post({ url: `${base}${path}`, body, onProgress })
    if (status < 200 || status >= 300) throw refusalOf(status, answer.error)
    return answer
  }

  return {
    /** A page of the customer's tickets, the latest first. Refused with `notSignedIn` for all others. */
    listTickets: (
      filter: Omit<PortalFilter, 'mailbox'> = {},
    ): Promise<{ tickets: PortalTicket[]; hasMore: boolean }> =>
      get('/tickets', { ...filter, mailbox: own.mailbox }),

    /** One ticket and what was said, oldest first. Refused with `ticketGone`, where it is another's too. */
    readTicket: (number: number): Promise<{ ticket: PortalTicket; messages: PortalMessage[] }> =>
      get(`/tickets/${number}`, own),

    /** The address of a file of a message. */
    fileURL: (file: string | number): string =>
      `${base}/attachments/${file}?${new URLSearchParams({ ...(guest && { guest }), download: '1' })}`,

    /** Opens a ticket. Strangers are told its number alone and get the link to it by mail. */
    submit: async ({ files, onProgress, requestKey, challenge, ...values }: PortalRequest) => {
      const request = requestKey ?? crypto.randomUUID()
      const sent = { values: { ...challenge, ...values, request }, files, onProgress }
      const { ticket } = await send('/requests', sent)
      return { number: Number(ticket) }
    },

    /** Answers; the number is another one where the ticket was closed too long ago to go on. */
    reply: async ({ number, message, files, onProgress, requestKey }: PortalReply) => {
      const request = requestKey ?? crypto.randomUUID()
      const sent = { values: { message, request }, files, onProgress }
      const { ticket } = await send(`/tickets/${number}/reply`, sent)
      return { number: Number(ticket) }
    },

    /** Says that a ticket needs nothing more. */
    markSolved: async (number: number): Promise<void> => {
      await send(`/tickets/${number}/solve`)
    },

    /** Mails a sign-in link, if somebody has that address; the answer is the same where nobody has. */
    sendLink: async ({ email, challenge }: PortalLink): Promise<void> => {
      await send('/sign-in', { values: { ...challenge, email } })
    },

    /**
     * Uses a sign-in link (`signin` in its address). Call it by a button: scanners open links too. Render the page again
     * after it: it is somebody else's now.
     */
    signIn: async (link: string): Promise<void> => {
      await send('/sign-in/use', { values: { link } })
    },

    /** Ends what `signIn` began. Render the page again after it. */
    signOut: async (): Promise<void> => {
      await send('/sign-out')
    },
  }
}

export type PortalClient = ReturnType<typeof portalClient>
