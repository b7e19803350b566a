import { textToHTML } from '../../operations/renderSource.js'
import type { Letter } from './letter.js'

export type AcknowledgementLetterArgs = {
  /** The name customers know the mailbox by. */
  desk: string
  ticket: { number: number }
}

/**
 * The answer that a new ticket gets at once. Nothing the sender wrote stands in it: whoever forges an address must
 * not have us carry words to its owner.
 */
export const acknowledgementLetter = ({ desk, ticket }: AcknowledgementLetterArgs): Letter => {
  const lines = [
    `Thank you for writing to ${desk}. Your message has arrived; its number is #${ticket.number}.`,
    'Somebody will answer you as soon as possible. To add anything, reply to this mail.',
  ]
  const text = lines.join('\n\n')
  return { text, html: textToHTML(text) }
}
