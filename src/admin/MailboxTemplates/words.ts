import type { MailboxTemplates, NotificationEvent } from '../../rules/notifications.js'

export type WordsPart = 'subject' | 'body'

type Written = Record<WordsPart, string>

type Place = { event: NotificationEvent; language: string }

type ReadArgs = Place & { templates: MailboxTemplates; shipped: Written | undefined }

/** The words of a mail: the mailbox's own, else those that come with the help desk. */
export const wordsIn = ({ templates, event, language, shipped }: ReadArgs): Written => {
  const own = templates[event]?.words?.[language]
  return {
    subject: own?.subject || shipped?.subject || '',
    body: own?.body || shipped?.body || '',
  }
}

const compact = <Value extends object>(value: Value): Value | undefined => {
  const kept = Object.entries(value).filter(([, inner]) => inner !== undefined && inner !== '')
  return kept.length ? (Object.fromEntries(kept) as Value) : undefined
}

type SetArgs = ReadArgs & Partial<Written>

/**
 * The templates with other words for a mail. Only what differs from the words that come with the help desk is kept, so
 * that the rest follows them; null where nothing is left.
 */
export const withWords = ({ templates, event, language, shipped, ...change }: SetArgs) => {
  const words = templates[event]?.words ?? {}
  const next = { ...words[language], ...change }
  const own = compact({
    subject: next.subject === shipped?.subject ? undefined : next.subject,
    body: next.body === shipped?.body ? undefined : next.body,
  })
  return withEvent({ templates, event, change: { words: compact({ ...words, [language]: own }) } })
}

type EventArgs = {
  templates: MailboxTemplates
  event: NotificationEvent
  change: { on?: boolean | undefined; words?: object | undefined }
}

/** The templates with something else said of one mail; null where nothing is left. */
export const withEvent = ({ templates, event, change }: EventArgs): MailboxTemplates | null =>
  (compact({
    ...templates,
    [event]: compact({ ...templates[event], ...change }),
  }) as MailboxTemplates | undefined) ?? null

/** Languages in which a mail has words of the mailbox's own. */
export const ownLanguages = (templates: MailboxTemplates, event: NotificationEvent): string[] =>
  Object.keys(templates[event]?.words ?? {})
