import type { APIError, Endpoint, PayloadRequest } from 'payload'
import { z } from 'zod'
import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { toID } from '../core/database.js'
import { defineEndpoint } from '../core/endpoint.js'
import { HelpdeskError } from '../core/errors.js'
import { defineFormEndpoint, type FormEndpointArgs, ownPath } from '../core/formEndpoint.js'
import { attachmentResponse } from '../operations/attachmentResponse.js'
import { readAttachment } from '../operations/readAttachment.js'
import { cleanLine, cleanText } from '../rules/cleanText.js'
import { isLocale } from '../rules/locale.js'
import { priorities } from '../rules/priority.js'
import type { PortalWords } from '../translations/portal/index.js'
import { callerOf, sessionCookie } from './caller.js'
import { checkFormToken } from './formToken.js'
import { defaultMailbox, namedMailbox } from './mailbox.js'
import { refusalPage } from './refusalPage.js'
import { replyToRequest, solveRequest, submitRequest } from './requests.js'
import { askForLink, signOut, useLink } from './signIn.js'
import { fill, portalTexts } from './texts.js'
import { listTickets, readConversation, readPortalFile, readPortalTicket } from './tickets.js'

const id = z.union([z.string().max(60), z.number()])

/** What every form carries: who made it, where it stands, and whose guest link it was opened by. */
const common = z.object({
  token: z.string().max(200),
  page: z.string().max(500).optional(),
  guest: z.string().max(200).optional(),
  language: z.string().max(20).optional(),
  mailbox: id.optional(),
})

const requestKey = z.string().min(8).max(64)
/** What somebody writes, without what a database cannot hold. */
const written = z.string().max(100_000).transform(cleanText)

/** The mailbox of a form: its own, or the only one that a portal without one can mean. */
const mailboxOf = async (req: PayloadRequest, value: unknown): Promise<DocID> =>
  (await namedMailbox(req, value)) ?? defaultMailbox(req)

const withQuery = (page: string | undefined, query: Record<string, string>): string => {
  const path = ownPath(page, '/')
  const url = new URL(path, 'http://site.invalid')
  for (const name of ['signin', 'new', 'sent', 'number', 'guest']) url.searchParams.delete(name)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return `${url.pathname}${url.search}`
}

/** A guest comes back to the ticket by the link; a customer by its number. */
const ticketPath = (
  body: z.infer<typeof common>,
  { ticket, sent }: { ticket: number; sent: string },
): string => withQuery(body.page, body.guest ? { guest: body.guest, sent } : { ticket: String(ticket), sent })

const isSecure = (req: PayloadRequest): boolean =>
  req.headers.get('x-forwarded-proto') === 'https' ||
  req.payload.config.serverURL.startsWith('https:') ||
  (req.origin ?? '').startsWith('https:')

type CookieArgs = { req: PayloadRequest; value: string; seconds: number }

const cookieOf = ({ req, value, seconds }: CookieArgs): string =>
  `${sessionCookie}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${isSecure(req) ? '; Secure' : ''}`

type RefusalArgs = { req: PayloadRequest; error: APIError; values: Record<string, unknown> }

const wrongFields = (texts: PortalWords, fields: Record<string, string> = {}): string[] =>
  Object.entries(fields).map(([name, why]) => {
    const label = texts[name as keyof PortalWords]
    return `${typeof label === 'string' ? label : name.replace(/^fields\[(.*)\]$/, '$1')}: ${why}`
  })

const refusal = ({ req, error, values }: RefusalArgs): string => {
  const given = values['language']
  const language =
    typeof given === 'string' && isLocale(given) ? given : req.payload.config.i18n.fallbackLanguage
  const texts = portalTexts({ language })
  const { key, fields } = (error.data ?? {}) as {
    key?: keyof typeof texts.errors
    fields?: Record<string, string>
  }
  return refusalPage({
    title: texts.refused,
    sentence:
      (key && texts.errors[key] && fill(texts.errors[key], { limit: fields?.['files'] ?? '' })) ||
      error.message,
    details: key === 'badInput' ? wrongFields(texts, fields) : [],
    back: texts.goBack,
    language,
  })
}

/** Of a form without files. */
const plainBytes = 256 * 1024

const formBytes = (req: PayloadRequest): number => {
  const { maxCount, maxSize } = getHelpdesk(req.payload).portal.attachments
  return maxCount * maxSize + 1024 * 1024
}

type FormArgs<Body> = Omit<FormEndpointArgs<Body>, 'maxBytes' | 'refusal' | 'isOwnKey'> & {
  files?: boolean
  /** Whether the key of a guest's link alone says who acts: nobody is signed in or out by it. */
  byGuest?: boolean
}

const form = <Body>({ files = false, byGuest = false, ...args }: FormArgs<Body>): Endpoint =>
  defineFormEndpoint({
    ...args,
    maxBytes: files ? formBytes : () => plainBytes,
    refusal,
    isOwnKey: ({ guest }) => byGuest && typeof guest === 'string' && guest !== '',
  })

const number = (params: Record<string, string>): number => {
  const found = Number(params['number'])
  if (!Number.isInteger(found) || found < 1 || found > 2_000_000_000) throw new HelpdeskError('ticketGone')
  return found
}

/** Whoever asks, once it is sure that a page of the portal made the form for them. */
const callerWithToken = async (req: PayloadRequest, body: z.infer<typeof common>) => {
  const caller = await callerOf({ req, guest: body.guest })
  if (body.guest && caller.kind === 'nobody') throw new HelpdeskError('ticketGone')
  checkFormToken({ payload: req.payload, of: { ...caller, mailbox: body.mailbox }, token: body.token })
  return caller
}

/** Asks the site whether a stranger is somebody. */
const challenge = async (req: PayloadRequest, values: Record<string, unknown>): Promise<void> => {
  if (!(await getHelpdesk(req.payload).portal.challenge({ req, values }))) throw new HelpdeskError('notHuman')
}

/**
 * The customers' side. Every post is a plain form or JSON with the fields of its form, needs the site's own origin and
 * the token of the page. A guest sends the key of their link as `guest`; it stands for one ticket.
 */
export const portalEndpoints: Endpoint[] = [
  form({
    path: '/helpdesk/portal/requests',
    files: true,
    body: common
      .extend({
        request: requestKey,
        email: z.string().max(254).optional(),
        name: z.string().max(200).transform(cleanLine).optional(),
        subject: z
          .string()
          .max(998)
          .transform(cleanLine)
          .refine((line) => line !== '', 'Write a subject.'),
        message: written,
        priority: z.enum(priorities).optional(),
        fields: z
          .record(z.string(), z.union([z.string().max(10_000).transform(cleanText), z.number(), z.boolean()]))
          .optional(),
      })
      .loose(),
    handler: async ({ req, body, files }) => {
      const caller = await callerWithToken(req, body)
      if (caller.kind !== 'customer') await challenge(req, body)
      const { ticket, mailed } = await submitRequest({
        req,
        caller,
        requestKey: body.request,
        mailbox: await mailboxOf(req, body.mailbox),
        email: body.email,
        name: body.name,
        subject: body.subject,
        message: body.message,
        language: body.language,
        priority: body.priority,
        fields: body.fields,
        files,
      })
      // Whoever has not proven their address is told the number, and sees the ticket by the link that they are mailed.
      const isProven = caller.kind === 'customer'
      return {
        body: { ticket, mailed },
        location: isProven
          ? ticketPath(body, { ticket, sent: 'request' })
          : withQuery(body.page, { sent: mailed ? 'request' : 'unmailed', number: String(ticket) }),
      }
    },
  }),
  form({
    path: '/helpdesk/portal/tickets/:number/reply',
    files: true,
    byGuest: true,
    body: common.extend({ request: requestKey, message: written }),
    handler: async ({ req, body, files, params }) => {
      const caller = await callerWithToken(req, body)
      const done = await replyToRequest({
        req,
        caller,
        requestKey: body.request,
        number: number(params),
        mailbox: await namedMailbox(req, body.mailbox),
        message: body.message,
        language: body.language,
        files,
      })
      // A new one, where the old one had been closed too long ago: a guest's link leads to the old one only.
      const isNew = done.ticket !== number(params)
      return {
        body: done,
        location:
          isNew && body.guest
            ? withQuery(body.page, {
                sent: done.mailed ? 'request' : 'unmailed',
                number: String(done.ticket),
              })
            : ticketPath(body, { ticket: done.ticket, sent: isNew ? 'request' : 'reply' }),
      }
    },
  }),
  form({
    path: '/helpdesk/portal/tickets/:number/solve',
    byGuest: true,
    body: common,
    handler: async ({ req, body, params }) => {
      const caller = await callerWithToken(req, body)
      const done = await solveRequest({
        req,
        caller,
        number: number(params),
        mailbox: await namedMailbox(req, body.mailbox),
      })
      return { body: done, location: ticketPath(body, { ...done, sent: 'solved' }) }
    },
  }),
  form({
    path: '/helpdesk/portal/sign-in',
    body: common.extend({ email: z.string().max(254) }).loose(),
    handler: async ({ req, body }) => {
      await callerWithToken(req, body)
      await challenge(req, body)
      await askForLink({
        req,
        mailbox: await mailboxOf(req, body.mailbox),
        email: body.email,
        language: body.language ?? '',
      })
      return { body: {}, location: withQuery(body.page, { sent: 'link' }) }
    },
  }),
  form({
    path: '/helpdesk/portal/sign-in/use',
    body: common.extend({ link: z.string().max(100) }),
    handler: async ({ req, body }) => {
      await callerWithToken(req, body)
      const { session, days } = await useLink(req, body.link)
      return {
        body: {},
        location: withQuery(body.page, {}),
        cookie: cookieOf({ req, value: session, seconds: days * 24 * 60 * 60 }),
      }
    },
  }),
  form({
    path: '/helpdesk/portal/sign-out',
    body: common,
    handler: async ({ req, body }) => {
      await callerWithToken(req, body)
      await signOut(req)
      return {
        body: {},
        location: withQuery(body.page, {}),
        cookie: cookieOf({ req, value: '', seconds: 0 }),
      }
    },
  }),
  defineEndpoint({
    path: '/helpdesk/portal/tickets',
    method: 'get',
    allow: () => true,
    query: z.object({
      mailbox: id.optional(),
      search: z.string().max(100).optional(),
      status: z.enum(['active', 'closed', '']).optional(),
      page: z.coerce.number().int().min(1).max(500).optional(),
    }),
    handler: async ({ req, query }) => {
      const caller = await callerOf({ req })
      if (caller.kind !== 'customer') throw new HelpdeskError('notSignedIn')
      const { mailbox, search, status, page } = query
      return listTickets({
        req,
        caller,
        filter: {
          mailbox: await namedMailbox(req, mailbox),
          ...(search && { search }),
          ...(status && { status }),
          ...(page && { page }),
        },
      })
    },
  }),
  defineEndpoint({
    path: '/helpdesk/portal/tickets/:number',
    method: 'get',
    allow: () => true,
    query: z.object({ guest: z.string().max(200).optional(), mailbox: id.optional() }),
    handler: async ({ req, params, query }) => {
      const caller = await callerOf({ req, guest: query.guest })
      const ticket = await readPortalTicket({
        req,
        caller,
        mailbox: await namedMailbox(req, query.mailbox),
        number: number(params),
      })
      return { ticket, messages: await readConversation({ req, caller, ticket }) }
    },
  }),
  defineEndpoint({
    path: '/helpdesk/portal/attachments/:id',
    method: 'get',
    allow: () => true,
    query: z.object({ guest: z.string().max(200).optional(), download: z.string().optional() }),
    handler: async ({ req, params, query }) => {
      const found = toID(req, params['id'])
      if (found === null) throw new HelpdeskError('notFound')
      const caller = await callerOf({ req, guest: query.guest })
      const file = await readPortalFile({ req, caller, file: found })
      const bytes = await readAttachment({ req, attachment: file })
      return attachmentResponse({ file, bytes, download: Boolean(query.download), isKept: false })
    },
  }),
]
