import type { PayloadRequest } from 'payload'
import type { OutboundEmail } from '../../collections/types.js'
import { getHelpdesk } from '../../core/config.js'
import { inTime } from '../../core/inTime.js'
import { guestLink, portalURL } from '../../operations/guestLink.js'
import { firstName, isRightToLeft, repeatsSender, type Words, wordsOf } from '../../rules/notifications.js'
import {
  fillBody,
  fillLine,
  isolateValues,
  senderTokens,
  type TokenValues,
  tokensOf,
} from '../../rules/template.js'
import { type Letters, letters } from '../../translations/letters/index.js'
import type { MailboxConfig } from '../mailboxes.js'
import type { OutboxTicket } from '../outbound/outbox.js'
import { siteLetters, siteName } from './site.js'
import { type Letter, writeLetter } from './write.js'

export type ComposeLetterArgs = {
  req: PayloadRequest
  row: Pick<OutboundEmail, 'kind' | 'event' | 'verified' | 'ticket' | 'recipients' | 'subject'>
  mailbox: MailboxConfig
  ticket: OutboxTicket
  /** Of an agent's answer. */
  reply: { html: string; text: string } | null
  /** The name of whoever acted; '' where customers are not told. */
  agent: string
  foot: string
  /** Of a preview: its language, whatever the contact speaks, and where it leads instead of to the ticket. */
  preview?: { language: string; url: string }
}

/** Where a mail that goes to one person leads: to their ticket. One that goes to several shows nobody's own link. */
const urlOf = async (
  { req, row, mailbox, preview }: ComposeLetterArgs,
  language: string,
): Promise<string> => {
  if (preview) return preview.url
  const [only, ...others] = row.recipients
  if (!only || row.ticket === null) return ''
  if (others.length) return portalURL({ req, mailbox, language })
  return guestLink({ req, mailbox, language, ticket: row.ticket, address: only.address })
}

/** A mail that no person wrote, to an address that nobody has proven. */
const isUnproven = ({ kind, verified }: ComposeLetterArgs['row']): boolean =>
  (kind === 'acknowledgement' || kind === 'notification') && !verified

/** A token of the site's own that takes longer fails the try. */
const tokenMs = 10_000

type ValuesArgs = ComposeLetterArgs & { words: Words; shipped: Letters; url: string }

const valuesOf = async (args: ValuesArgs): Promise<TokenValues> => {
  const { req, row, mailbox, ticket, reply, agent, shipped, url } = args
  const { contact } = ticket
  const { tokens } = getHelpdesk(req.payload).mail.letters
  const ownValue = async (name: string): Promise<string> => {
    // A preview without a ticket: the site's own token has nothing to be made of.
    if (row.ticket === null) return `{${name}}`
    const { number, subject, status } = ticket
    const facts = {
      ticket: { id: row.ticket, number, subject, status },
      contact: { id: ticket.contactID, ...contact },
    }
    return String((await tokens[name]!(facts)) ?? '')
  }
  // Only those that stand in it: the site may look far for a value.
  const used = tokensOf(`${args.words.subject}\n${args.words.body}`)
  const own = await Promise.all(
    Object.keys(tokens)
      .filter((name) => used.includes(name))
      .map(
        async (name) =>
          [name, await inTime(ownValue(name), { ms: tokenMs, what: `token {${name}}` })] as const,
      ),
  )
  const address = row.recipients[0]?.address ?? ''
  // Of somebody who gave no name the address stands in its place; nobody is greeted by it.
  const name = contact.name.includes('@') ? '' : contact.name
  const values: TokenValues = {
    ...Object.fromEntries(own),
    customer_first_name: firstName(name),
    customer_full_name: name,
    customer_email: address,
    // As it was when the act was done.
    ticket_title: row.subject || ticket.subject,
    ticket_id: String(ticket.number),
    ticket_status: shipped.status[ticket.status],
    ticket_public_url: url,
    site_name: siteName(req.payload),
    reply_content: reply?.text || reply?.html || '',
    agent_name: agent,
    mailbox_name: mailbox.fromName || mailbox.name,
    mailbox_signature: mailbox.settings.signature,
  }
  if (isUnproven(row)) for (const token of [...senderTokens, ...Object.keys(tokens)]) values[token] = ''
  return values
}

/**
 * Subject and bodies of a mail, of the mailbox's template in the customer's language. To an address that nobody has
 * proven nothing is repeated that its sender chose the words of.
 */
export const composeLetter = async (args: ComposeLetterArgs): Promise<Letter & { subject: string }> => {
  const { req, row, mailbox, ticket, reply, foot } = args
  const event = row.kind === 'reply' ? 'agentReplied' : (row.event ?? 'ticketReceived')
  const site = siteLetters(req.payload)
  const spoken = args.preview?.language ?? ticket.contact.locale
  const languages = [spoken, req.payload.config.i18n.fallbackLanguage].filter(Boolean)
  const words = wordsOf({ event, templates: mailbox.templates, siteLetters: site, languages })
  const base = words.language.split('-')[0]!
  const shipped: Letters = { ...(letters[base] ?? letters['en']!), ...site[base], ...site[words.language] }
  const url = await urlOf(args, words.language)
  const values = await valuesOf({ ...args, words, shipped, url })
  const isNeutral = isUnproven(row) && repeatsSender(words.subject)
  const letter = await writeLetter({
    blocks: fillBody(words.body, isolateValues(values, isRightToLeft(words.language))),
    reply,
    signature: mailbox.settings.signature,
    url,
    view: shipped.view,
    language: words.language,
    foot,
  })
  return { ...letter, subject: fillLine(isNeutral ? shipped.neutralSubject : words.subject, values) }
}
