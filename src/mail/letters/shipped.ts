import type { Payload } from 'payload'
import { type NotificationEvent, notificationEvents } from '../../rules/notifications.js'
import { type Letters, type LetterWords, letters } from '../../translations/letters/index.js'
import { siteLetters } from './site.js'

/** Words of letters by language and event. */
export type ShippedLetters = Record<string, Partial<Record<NotificationEvent, LetterWords>>>

const eventsOf = (of: Partial<Letters>): ShippedLetters[string] =>
  Object.fromEntries(notificationEvents.flatMap((event) => (of[event] ? [[event, of[event]]] : [])))

/**
 * The words that mails have as long as a mailbox has none of its own: ours, over which the site's win, in every language
 * that either or the site's admin speaks.
 */
export const shippedLetters = (payload: Payload): ShippedLetters => {
  const site = siteLetters(payload)
  const languages = [...Object.keys(letters), ...Object.keys(payload.config.i18n.supportedLanguages ?? {})]
  const spoken = Object.keys(site).filter((language) => Object.keys(eventsOf(site[language] ?? {})).length)
  return Object.fromEntries(
    [...new Set([...languages, ...spoken])].map((language) => [
      language,
      eventsOf({ ...letters[language], ...site[language] }),
    ]),
  )
}
