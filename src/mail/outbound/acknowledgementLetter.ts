import { textToHTML } from '../../operations/renderSource.js'
import type { SiteWords } from '../../operations/siteWords.js'
import type { Letter } from './letter.js'

export type AcknowledgementLetterArgs = {
  words: SiteWords
  /** The name customers know the mailbox by. */
  desk: string
  ticket: { number: number }
}

/**
 * The answer that a new ticket gets at once. Nothing the sender wrote stands in it: whoever forges an address must
 * not have us carry words to its owner.
 */
export const acknowledgementLetter = ({ words, desk, ticket }: AcknowledgementLetterArgs): Letter => {
  const text = words('acknowledgement', { desk, number: ticket.number })
  return { text, html: textToHTML(text) }
}
