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

/** What a request or an answer has become. */
export type PortalDone = {
  /** Of the ticket. */
  number: number
  /** Whether a mail with a link to it is on its way. */
  mailed: boolean
}

/** Why the portal refused. */
export class PortalError extends Error {
  override name = 'PortalError'
  /**
   * What a program can go by: `notSignedIn`, `ticketGone`, `badInput`, `tooOften` …; `offline` without an answer,
   * `notAnswered` where something else than the portal answered.
   */
  readonly key: string
  /** Of HTTP; 0 without an answer. */
  readonly status: number
  /** What is wrong with which field, by the name that it has in a plain form: `subject`, `fields[order]`. In English. */
  readonly fields: Record<string, string>
  /** What files may be at most, of `tooManyFiles`, `attachmentTooLarge` and `fileType`: `5`, `10 MB`; '' otherwise. */
  readonly limit: string
  /** The message is a sentence for the customer, in the page's language where it has one for the key. */
  constructor(args: Pick<PortalError, 'key' | 'status' | 'message' | 'fields' | 'limit'>) {
    super(args.message)
    this.key = args.key
    this.status = args.status
    this.fields = args.fields
    this.limit = args.limit
  }
}

type Refusal = { key?: string; message?: string; fields?: Record<string, string> } | undefined

/** Their field `files` holds the bare limit, not what is wrong. */
const limitKeys = ['tooManyFiles', 'attachmentTooLarge', 'fileType']

type RefusalArgs = { status: number; error: Refusal; words: Pick<PortalAccess, 'errors' | 'offline'> }

const refusalOf = ({ status, error, words }: RefusalArgs): PortalError => {
  const key = error?.key ?? (status ? 'notAnswered' : 'offline')
  const isLimit = limitKeys.includes(key)
  const limit = (isLimit && error?.fields?.['files']) || ''
  return new PortalError({
    key,
    status,
    message: words.errors[key]?.replace('{limit}', () => limit) || error?.message || words.offline,
    fields: isLimit ? {} : (error?.fields ?? {}),
    limit,
  })
}

/** Pages on plain http have no `randomUUID`. */
const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

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
export const portalClient = ({ api: base, token, guest, mailbox, language, ...words }: PortalAccess) => {
  const own = { guest: guest || undefined, mailbox: mailbox ?? undefined }

  const get = async <Body>(path: string, query: Values = {}): Promise<Body> => {
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
    const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]))
    const response = await fetch(`${base}${path}?${search}`, {
      headers: { Accept: 'application/json' },
    }).catch(() => null)
    const answer: unknown = await response?.json().catch(() => null)
    const body = isObject(answer) ? (answer as Body & { error?: Refusal }) : null
    if (!response?.ok || !body) throw refusalOf({ status: response?.status ?? 0, error: body?.error, words })
    return body
  }

  const send = async (
    path: string,
    { values = {}, files = [], onProgress }: SendArgs = {},
  ): Promise<Values> => {
    const all = { ...values, ...own, language, token }
    const body = files.length ? formOf(all, files) : JSON.stringify(all)
    const { status, answer, isOurs } = await post({ url: `${base}${path}`, body, onProgress })
    if (status < 200 || status >= 300 || !isOurs) throw refusalOf({ status, error: answer.error, words })
    return answer
  }

  const write = async (path: string, args: SendArgs): Promise<PortalDone> => {
    const { ticket, mailed } = await send(path, args)
    return { number: Number(ticket), mailed: mailed === true }
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

    /** Names what is written next: keep it until that was sent, and hand it to `submit` or `reply` at each try. */
    requestKey: newKey,

    /**
     * Opens a ticket. Strangers are told its number alone; the link that opens it is mailed to them where `mailed` says
     * so.
     */
    submit: ({ files, onProgress, requestKey, challenge, ...values }: PortalRequest): Promise<PortalDone> => {
      const request = requestKey ?? newKey()
      return write('/requests', { values: { ...challenge, ...values, request }, files, onProgress })
    },

    /**
     * Answers; the number is another one where the ticket was closed too long ago to go on. A guest's link does not open
     * that one: one that does is mailed to them where `mailed` says so.
     */
    reply: ({ number, message, files, onProgress, requestKey }: PortalReply): Promise<PortalDone> => {
      const request = requestKey ?? newKey()
      return write(`/tickets/${number}/reply`, { values: { message, request }, files, onProgress })
    },

    /** Says that a ticket needs nothing more. */
    markSolved: async (number: number): Promise<void> => {
      await send(`/tickets/${number}/solve`)
    },

    /**
     * Mails a sign-in link to the address; it leads to `portal.url`, and nobody learns whether the address is known.
     */
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
