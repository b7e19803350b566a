import { randomUUID } from 'node:crypto'
import { createLocalReq, getPayload, type Payload, type PayloadRequest, type SanitizedConfig } from 'payload'
import type { ReactNode } from 'react'
import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { portalURL } from '../operations/guestLink.js'
import type { PortalWords } from '../translations/portal/index.js'
import { type Caller, callerOf } from './caller.js'
import { formToken } from './formToken.js'
import { namedMailbox, portalMailbox } from './mailbox.js'
import { fill, type PortalTexts, portalTexts } from './texts.js'

export type SearchParams = Record<string, string | string[] | undefined>

export type PortalProps = ({ config: SanitizedConfig | Promise<SanitizedConfig> } | { payload: Payload }) & {
  /** What stands behind the `?` of the page: `await searchParams`. */
  searchParams: SearchParams
  /**
   * The path of the page, with what of its query has to stay: `/support?lang=ar`.
   * @default the path of the option `portal.url`
   */
  page?: string
  /**
   * The mailbox whose portal it is, by id or address: requests go there, and only its tickets are shown. Without it,
   * requests go to the site's oldest mailbox, and the tickets of all are shown.
   */
  mailbox?: DocID | { id: DocID } | null
  /**
   * The language of the page: `en`, `de`, `fr`, `es` or `ar`.
   * @default the site's `i18n.fallbackLanguage`
   */
  language?: string
  /** Some of the words, otherwise. */
  texts?: PortalTexts
  /** Stands in the forms of strangers, as the widget of a captcha; the option `portal.challenge` looks at what it sends. */
  challenge?: ReactNode
  /**
   * The time zone in which times are shown, e.g. `Europe/Berlin`; without it they are shown in UTC and say so.
   * @default 'UTC'
   */
  timeZone?: string
}

/** What all parts of a portal's page need. */
export type PortalPage = {
  req: PayloadRequest
  caller: Caller
  page: string
  /** The address of an endpoint. */
  api: (path: string) => string
  mailbox: DocID | null
  language: string
  words: PortalWords
  fill: typeof fill
  token: string
  /** Names the next try of a form. */
  requestKey: () => string
  guest: string
  timeZone: string
  challenge: ReactNode
  param: (name: string) => string
  /** The page with another query. */
  link: (query?: Record<string, string>) => string
}

const idOf = (mailbox: PortalProps['mailbox']): DocID | null =>
  mailbox !== null && typeof mailbox === 'object' ? mailbox.id : (mailbox ?? null)

const pathOf = (url: string): string => {
  try {
    return url ? new URL(url).pathname : ''
  } catch {
    return ''
  }
}

type PageArgs = { req: PayloadRequest; mailbox: DocID | null; language: string }

const pageOf = async ({ req, mailbox, language }: PageArgs): Promise<string> => {
  const of = (mailbox !== null && (await portalMailbox(req, mailbox))) || { id: 0, address: '', name: '' }
  return pathOf(portalURL({ req, mailbox: of, language })) || '/'
}

/** Reads who asks for what. */
export const openPage = async (props: PortalProps): Promise<PortalPage> => {
  const payload = 'payload' in props ? props.payload : await getPayload({ config: props.config })
  const { headers: readHeaders } = await import('next/headers.js')
  const headers = new Headers(await readHeaders())
  const { user } = await payload.auth({ headers })
  const req = await createLocalReq({ ...(user && { user }) }, payload)
  req.headers = headers
  const param = (name: string): string => {
    const value = props.searchParams[name]
    return (Array.isArray(value) ? value[0] : value) ?? ''
  }
  const guest = param('guest').slice(0, 200)
  const caller = await callerOf({ req, guest })
  const language = props.language ?? payload.config.i18n.fallbackLanguage
  const mailbox = await namedMailbox(req, idOf(props.mailbox))
  const page = props.page ?? (await pageOf({ req, mailbox, language }))
  return {
    req,
    caller,
    page,
    api: (path) => `${payload.config.routes.api}/helpdesk/portal${path}`,
    mailbox,
    language,
    words: portalTexts({ language, texts: props.texts }),
    fill,
    token: formToken(payload, { ...caller, mailbox }),
    requestKey: () => randomUUID(),
    guest: caller.kind === 'guest' ? guest : '',
    timeZone: props.timeZone ?? '',
    challenge: props.challenge ?? null,
    param,
    link: (query = {}) => {
      const [path, own] = page.split('?')
      const search = new URLSearchParams({
        ...Object.fromEntries(new URLSearchParams(own)),
        ...query,
      }).toString()
      return search ? `${path}?${search}` : page
    },
  }
}

/** What `portalClient` needs to speak for whoever asks, in the portal of one mailbox. It may be sent to the browser. */
export type PortalAccess = {
  /** Where the portal's endpoints stand. */
  api: string
  /** Shows that the site's own page asks, for this caller and mailbox; good for a day. */
  token: string
  /** The key of a guest's link; '' without one. */
  guest: string
  mailbox: DocID | null
  language: string
  /** Why something was refused, by error key, in the page's language; `{limit}` stands for the limit of files. */
  errors: Record<string, string>
  /** What is said where the site cannot be reached. */
  offline: string
  caller: {
    kind: Caller['kind']
    /** '' for nobody. */
    address: string
    name: string
    /** The number of a guest's only ticket; null for all others. */
    ticket: number | null
  }
}

/**
 * For a page that draws the portal itself: hand this to a client component of yours, and there to `portalClient`.
 * @example
 * const access = portalAccess(await openPage({ config, searchParams: await searchParams }))
 * return <OwnPortal access={access} />
 */
export const portalAccess = ({
  api,
  token,
  guest,
  mailbox,
  language,
  words,
  caller,
}: PortalPage): PortalAccess => ({
  api: api(''),
  token,
  guest,
  mailbox,
  language,
  errors: words.errors,
  offline: words.offline,
  caller: {
    kind: caller.kind,
    address: caller.kind === 'nobody' ? '' : caller.address,
    name: caller.kind === 'nobody' ? '' : caller.name,
    ticket: caller.kind === 'guest' ? caller.ticket.number : null,
  },
})

/** Whether customers may choose a priority, and what files they may send. */
export const portalOptions = ({ req }: PortalPage) => getHelpdesk(req.payload).portal
