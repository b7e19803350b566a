import type { Mailbox } from '../../collections/types.js'
import type { Arrival, MessageContent } from '../../operations/args.js'
import { addressKey, isSameAddress } from '../../rules/address.js'
import type { ParsedMail } from './parsedMail.js'
import type { Carrier } from './step.js'

// A mail to hundreds of people is a newsletter, not a conversation.
const maxOthers = 40
const maxReplyTo = 5

/** The part of a mail that a message keeps. */
export type MailWords = Pick<
  ParsedMail,
  | 'subject'
  | 'replyHtml'
  | 'reply'
  | 'quotedHtml'
  | 'quoted'
  | 'signature'
  | 'messageId'
  | 'references'
  | 'to'
  | 'cc'
  | 'from'
  | 'replyTo'
  | 'remoteImages'
  | 'date'
>

/**
 * The words of a mail as a message keeps them. Where it asks for answers somewhere else than at its sender, that is
 * kept to be seen; nobody is answered there by that alone.
 */
export const contentOf = (
  mail: MailWords,
  isOwnAddress: (address: string) => boolean = () => false,
): MessageContent => ({
  subject: mail.subject,
  html: mail.replyHtml ?? '',
  text: mail.reply,
  quotedHtml: mail.quotedHtml ?? '',
  quotedText: mail.quoted,
  signature: mail.signature,
  messageId: mail.messageId ?? '',
  references: mail.references,
  recipients: [
    ...mail.to.map((person) => ({ ...person, role: 'to' as const })),
    ...mail.cc.map((person) => ({ ...person, role: 'cc' as const })),
    ...mail.replyTo
      .filter(({ address }) => !isSameAddress(address, mail.from?.address ?? '') && !isOwnAddress(address))
      .slice(0, maxReplyTo)
      .map((person) => ({ ...person, role: 'replyTo' as const })),
  ],
  remoteImages: mail.remoteImages,
  sentDate: mail.date,
})

/** How a mail came to its ticket. */
export const arrivalOf = (
  { attachments, decision, journal }: Carrier,
  how: Pick<Arrival, 'reason' | 'visibility' | 'unverified'>,
): Arrival => ({
  ...how,
  inboundEmail: journal.id,
  automatic: decision.automatic,
  attachments,
  ...(journal.internalDate && { arrivedAt: journal.internalDate }),
})

/** Who else a mail went to, without ourselves and its sender. */
export const othersOf = ({ decision, lookups, mail }: Carrier): Mailbox[] => {
  const others = new Map<string, Mailbox>()
  for (const person of [...mail.to, ...mail.cc]) {
    if (!lookups.isOwnAddress(person.address)) others.set(addressKey(person.address), person)
  }
  others.delete(addressKey(decision.sender?.address ?? ''))
  return [...others.values()].slice(0, maxOthers)
}
