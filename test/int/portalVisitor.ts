import type { Caller } from '../../src/portal/caller.js'
import { formToken } from '../../src/portal/formToken.js'
import { hashOf } from '../../src/portal/keys.js'
import type { RestResult, Site, SiteUser } from '../site.js'

export type PostArgs = {
  /** As JSON they may hold objects. */
  values?: Record<string, unknown>
  files?: { name: string; type: string; data: Buffer | string }[]
  /** As JSON instead of as a form. */
  json?: boolean
  /** What a page that is another's would carry. */
  token?: string
  headers?: Record<string, string>
}

/** Somebody at the portal, with the cookie that they have and the page that they look at. */
export type Visitor = {
  post: <T = Record<string, unknown>>(path: string, args?: PostArgs) => Promise<RestResult<T>>
  get: <T = Record<string, unknown>>(path: string) => Promise<RestResult<T>>
}

export type VisitorArgs = { site: Site; session?: string; guest?: string; user?: SiteUser }

const keyOf = ({ session, guest, user }: VisitorArgs): Pick<Caller, 'key'> => {
  if (guest) return { key: hashOf(guest) }
  if (session) return { key: hashOf(session) }
  return { key: user ? `${user.collection}:${user.id}` : '' }
}

/** Posts what the portal's own pages post. */
export const visit = (args: VisitorArgs): Visitor => {
  const { site, session, guest, user } = args
  const cookie: Record<string, string> = session ? { cookie: `helpdesk-portal=${session}` } : {}
  return {
    post: (path, { values = {}, files = [], json = false, token, headers } = {}) => {
      const all = {
        token: token ?? formToken(site.payload, keyOf(args)),
        page: '/support',
        request: `request-${Math.random().toString(36).slice(2)}`,
        ...(guest && { guest }),
        ...values,
      }
      const form = new FormData()
      for (const [name, value] of Object.entries(all)) form.append(name, String(value))
      for (const { name, type, data } of files)
        form.append('files', new File([new Uint8Array(Buffer.from(data))], name, { type }))
      return site.rest('POST', `/helpdesk/portal${path}`, {
        ...(json ? { body: all } : { form }),
        ...(user && { user }),
        headers: { ...cookie, ...headers },
      })
    },
    get: (path) =>
      site.rest(
        'GET',
        `/helpdesk/portal${path}${guest ? `${path.includes('?') ? '&' : '?'}guest=${guest}` : ''}`,
        {
          ...(user && { user }),
          headers: cookie,
        },
      ),
  }
}

/** What the portal answers about tickets. */
export type Answers = {
  tickets: { number: number; subject: string; status: string }[]
  ticket: { number: number; status: string }
  messages: {
    text: string
    html: string
    isOwn: boolean
    isReply: boolean
    files: { id: number; name: string }[]
  }[]
  error: { key: string; message: string }
}
