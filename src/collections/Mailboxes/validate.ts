import type { Payload, Validate } from 'payload'
import { z } from 'zod'
import { getHelpdesk } from '../../core/config.js'
import { type MailboxTemplates, notificationEvents, unknownTokenIn } from '../../rules/notifications.js'
import { tokens, tokensOf } from '../../rules/template.js'

/** The tokens of templates, the site's own last. */
export const knownTokens = (payload: Payload): string[] => [
  ...tokens,
  ...Object.keys(getHelpdesk(payload).mail.letters.tokens),
]

const plainAddress = /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+\.[^\s@<>,;:"()[\]\\]+$/

/** One bare address: it becomes the From of every mail, so nothing that a header could misread. */
export const validAddress: Validate = (value: unknown, { req }) =>
  (typeof value === 'string' && value.trim().length <= 254 && plainAddress.test(value.trim())) ||
  req.t('helpdesk:mailbox:addressInvalid' as never)

export const validPort: Validate = (value: unknown, { req }) =>
  value == null ||
  (Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536) ||
  req.t('helpdesk:mailbox:portInvalid' as never)

const words = z.strictObject({
  subject: z.string().max(998).optional(),
  body: z.string().max(20_000).optional(),
})

const templates = z.partialRecord(
  z.enum(notificationEvents),
  z.strictObject({
    on: z.boolean().optional(),
    words: z.record(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/), words).optional(),
  }),
)

/** Says what is wrong with a template where it is typed, not when the first customer should get it. */
export const validTemplates: Validate = (value: unknown, { req }) => {
  if (value == null) return true
  const read = templates.safeParse(value)
  if (!read.success) {
    const [issue] = read.error.issues
    return `${issue!.path.join('.') || 'templates'}: ${issue!.message}`
  }
  const given = read.data as MailboxTemplates
  // That one is the setting `acknowledge`.
  if (given.ticketReceived?.on !== undefined)
    return 'templates.ticketReceived.on: whether a new ticket is acknowledged is the setting "acknowledge" of the mailbox.'
  for (const [language, written] of Object.entries(given.agentReplied?.words ?? {}))
    if (written?.body?.trim() && !tokensOf(written.body).includes('reply_content'))
      return req.t('helpdesk:templates:noReply' as never, { language })
  const known = knownTokens(req.payload)
  const unknown = unknownTokenIn({ templates: given, known })
  if (!unknown) return true
  return req.t('helpdesk:templates:unknownToken' as never, {
    token: `{${unknown.token}}`,
    event: req.t(`helpdesk:templates:${unknown.event}` as never),
    language: unknown.language,
    known: known.map((name) => `{${name}}`).join(', '),
  })
}
