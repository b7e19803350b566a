import type { Contact, Ticket } from '../../collections/types.js'

/** What a token of the site's own is made of. */
export type TokenArgs = {
  ticket: Pick<Ticket, 'id' | 'number' | 'subject' | 'status'>
  contact: Pick<Contact, 'id' | 'name' | 'locale'>
}

/** The mails that customers get. */
export type LettersOptions = {
  /**
   * What `{site_name}` says.
   * @default the host of the site's `serverURL`
   */
  siteName?: string
  /**
   * Tokens of your own, by name, for subjects and bodies of templates: lower-case letters, digits and underscores. What
   * they give is text, never HTML. An acknowledgement to an address that nobody has proven leaves them empty, as they may
   * be made of what its sender wrote.
   * @default {}
   * @example tokens: { opening_hours: () => 'Mon–Fri, 9–17' }
   */
  tokens?: Record<string, (args: TokenArgs) => string | Promise<string>>
}

/** Completes the options of letters. */
export const sanitizeLetters = (options: LettersOptions) => {
  const bad = Object.keys(options.tokens ?? {}).find((name) => !/^[a-z][a-z0-9_]*$/.test(name))
  if (bad !== undefined)
    throw new Error(
      `payload-helpdesk: mail.letters.tokens has "${bad}"; a token is lower-case letters, digits and underscores.`,
    )
  return { siteName: options.siteName ?? '', tokens: options.tokens ?? {} }
}
