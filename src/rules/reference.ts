import { splitPlus, withPlus } from './address.js'

/** Characters of a reply key: 128 bits in lower-case base32. */
export const replyKeyLength = 26

// Texts beyond this are no reply to one of our mails; the quoted foot line of a long thread lies well within.
const maxText = 1_000_000

// A key is at most this often different within one mail; more is an attack, not a thread.
const maxKeys = 20

const keyPattern = `[a-z2-7]{${replyKeyLength}}`

/** Whether a word has the form of a reply key. */
export const isReplyKey = (word: string): boolean => new RegExp(`^${keyPattern}$`, 'i').test(word)

/** The line at the foot of every mail to a customer, which mail programs quote back: `Ref. helpdesk:<key>`. */
export const footLine = (replyKey: string): string => `Ref. helpdesk:${replyKey}`

/**
 * The reply keys of foot lines in a text, first one first, each once. Blanks, line breaks and quote marks that a
 * mail program put into the word `helpdesk:` are passed over; the key itself has to stand in one piece.
 */
export const findReplyKeys = (text: string): string[] => {
  const found = new Set<string>()
  const pattern = new RegExp(`helpdesk:[\\s>*_]{0,20}(${keyPattern})(?![a-z0-9])`, 'gi')
  for (const match of text.slice(-maxText).matchAll(pattern)) {
    found.add(match[1]!.toLowerCase())
    if (found.size === maxKeys) break
  }
  return [...found]
}

/** `help@acme.com` and a reply key → the address to which answers of that ticket go: `help+<key>@acme.com`. */
export const plusAddress = (address: string, replyKey: string): string => withPlus(address, replyKey)

/** The reply keys in plus addresses, in the order of the addresses, each once. */
export const replyKeysOfAddresses = (addresses: readonly string[]): string[] => {
  const found = new Set<string>()
  for (const address of addresses) {
    const { tag } = splitPlus(address)
    if (tag && isReplyKey(tag)) found.add(tag.toLowerCase())
    if (found.size === maxKeys) break
  }
  return [...found]
}

/** Characters of the reply key in a subject's tag: enough to make guessing a tag pointless for participants. */
export const subjectTagKeyLength = 5

export type SubjectTag = {
  number: number
  /** The first characters of the ticket's reply key. */
  keyStart: string
}

/** `[#1042-k7f3q]`: a ticket's number and the beginning of its reply key. */
export const subjectTag = (number: number, replyKey: string): string =>
  `[#${number}-${replyKey.slice(0, subjectTagKeyLength)}]`

/** The tags of a subject, first one first. A number alone is none. */
export const findSubjectTags = (subject: string): SubjectTag[] => {
  const pattern = new RegExp(`\\[#(\\d{1,12})-([a-z2-7]{${subjectTagKeyLength}})\\]`, 'gi')
  return [...subject.slice(0, 10_000).matchAll(pattern)]
    .slice(0, maxKeys)
    .map((match) => ({ number: Number(match[1]), keyStart: match[2]!.toLowerCase() }))
}
