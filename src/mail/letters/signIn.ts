import type { PayloadRequest } from 'payload'
import type { OutboundEmail } from '../../collections/types.js'
import { isRightToLeft } from '../../rules/notifications.js'
import { fillBody, fillLine, isolateValues, type TokenValues } from '../../rules/template.js'
import { letters } from '../../translations/letters/index.js'
import type { MailboxConfig } from '../mailboxes.js'
import { siteLetters, siteName } from './site.js'
import { type Letter, writeLetter } from './write.js'

export type SignInLetterArgs = {
  req: PayloadRequest
  row: Pick<OutboundEmail, 'data'>
  mailbox: MailboxConfig
}

/** The mail that brings a sign-in link, in the language of the page on which it was asked for. */
export const signInLetter = async ({
  req,
  row,
  mailbox,
}: SignInLetterArgs): Promise<Letter & { subject: string }> => {
  const { url = '', language: asked = '' } = row.data ?? {}
  const site = siteLetters(req.payload)
  const languages = [asked, asked.split('-')[0]!, req.payload.config.i18n.fallbackLanguage, 'en']
  const language = languages.find((name) => site[name]?.signIn ?? letters[name]) ?? 'en'
  const shipped = { ...(letters[language] ?? letters['en']!), ...site[language] }
  const name = siteName(req.payload)
  const values: TokenValues = {
    site_name: name || mailbox.fromName || mailbox.name,
    mailbox_name: mailbox.fromName || mailbox.name,
    mailbox_signature: mailbox.settings.signature,
    ticket_public_url: url,
  }
  const letter = await writeLetter({
    blocks: fillBody(shipped.signIn.body, isolateValues(values, isRightToLeft(language))),
    reply: null,
    signature: mailbox.settings.signature,
    url,
    view: shipped.signInButton,
    language,
    foot: '',
  })
  return { ...letter, subject: fillLine(shipped.signIn.subject, values) }
}
