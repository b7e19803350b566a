import { type Letters, type LetterWords, letters } from '../translations/letters/index.js'
import { senderTokens, tokensOf, unknownTokens } from './template.js'

/** What a customer can be told of by mail. */
export const notificationEvents = [
  'ticketReceived',
  'ticketOpened',
  'agentReplied',
  'ticketResolved',
  'ticketClosed',
  'ticketReopened',
  'ticketClosingSoon',
] as const satisfies readonly (keyof Letters)[]
export type NotificationEvent = (typeof notificationEvents)[number]

/** What a mailbox says otherwise than the help desk does by itself, by event and language. */
export type MailboxTemplates = Partial<
  Record<NotificationEvent, { on?: boolean; words?: Partial<Record<string, Partial<LetterWords>>> }>
>

/**
 * Which are sent as long as a mailbox does not say otherwise. A change of status is not told: an agent tells it in an
 * answer. Whether a new ticket is acknowledged is a setting of the mailbox.
 */
export const isOnByDefault: Record<NotificationEvent, boolean> = {
  ticketReceived: false,
  ticketOpened: true,
  agentReplied: true,
  ticketResolved: false,
  ticketClosed: false,
  ticketReopened: false,
  ticketClosingSoon: true,
}

export type WordsArgs = {
  event: NotificationEvent
  templates: MailboxTemplates
  /** The site's own words by language, which win over ours. */
  siteLetters: Record<string, Partial<Letters> | undefined>
  /** Languages in the order in which they are looked for: the contact's, then the site's. */
  languages: readonly string[]
}

export type Words = LetterWords & { language: string }

/** `de-AT` is German where there is nothing more exact. */
const widened = (languages: readonly string[]): string[] => [
  ...new Set(languages.flatMap((language) => [language, language.split('-')[0]!])),
]

/** The words of an event in the first language that they are there in; in the end English. */
export const wordsOf = ({ event, templates, siteLetters, languages }: WordsArgs): Words => {
  const own = templates[event]?.words ?? {}
  for (const language of [...widened(languages), 'en']) {
    const shipped = siteLetters[language]?.[event] ?? letters[language]?.[event]
    const written = own[language]
    if (!shipped && !(written?.subject && written.body)) continue
    return {
      language,
      subject: written?.subject || shipped?.subject || '',
      body: written?.body || shipped?.body || '',
    }
  }
  return { language: 'en', ...letters['en']![event] }
}

/** Whether a template repeats what the sender chose the words of. */
export const repeatsSender = (template: string): boolean =>
  tokensOf(template).some((name) => senderTokens.includes(name))

export type UnknownTokenArgs = { templates: MailboxTemplates; known: readonly string[] }

/** The first token in a mailbox's words that nobody knows, and where it stands; null where there is none. */
export const unknownTokenIn = ({ templates, known }: UnknownTokenArgs) => {
  for (const event of notificationEvents)
    for (const [language, words] of Object.entries(templates[event]?.words ?? {})) {
      const [token] = unknownTokens(`${words?.subject ?? ''}\n${words?.body ?? ''}`, known)
      if (token) return { event, language, token }
    }
  return null
}

/** The first name of a person as letters greet them. */
export const firstName = (name: string): string => name.trim().split(/\s+/)[0] ?? ''

/** Languages that are written from right to left. */
export const isRightToLeft = (language: string): boolean =>
  /^(ar|fa|he|ur|ps|sd|ug|yi|dv|ckb)\b/.test(language)
