import { findSubjectTags, replyKeysOfAddresses } from '../../../rules/reference.js'
import { type Match, type MatchKind, threadMail } from '../../rules/threading.js'
import { keyAddresses, pointedIds, quotedKeys } from '../lookups.js'
import type { Carrier, Step } from '../step.js'

/** Every ticket that a mail points to, and by what. */
export const matchesOf = ({
  lookups,
  mail,
  mailbox,
}: Pick<Carrier, 'lookups' | 'mail' | 'mailbox'>): Match[] => {
  const matches: Match[] = []
  const add = (kind: MatchKind, ticket: Match['ticket'] | null) => {
    if (ticket !== null) matches.push({ kind, ticket })
  }
  for (const key of replyKeysOfAddresses(keyAddresses(mail))) add('replyKey', lookups.ticketOfKey(key))
  for (const id of pointedIds(mail)) {
    for (const { ticket, ours } of lookups.ticketsOfMessageId(id)) {
      add(ours ? 'ourMessageId' : 'theirMessageId', ticket)
    }
  }
  for (const key of quotedKeys(mail)) add('quotedKey', lookups.ticketOfKey(key))
  if (mailbox.subjectTag) {
    for (const tag of findSubjectTags(mail.subject)) add('subjectTag', lookups.ticketOfTag(tag))
  }
  return matches
}

/** Which ticket the mail belongs to, by the table in `rules/threading.ts`. */
export const thread: Step = {
  name: 'thread',
  run: (carrier) => {
    const { decision, lookups } = carrier
    decision.threading = threadMail({
      matches: matchesOf(carrier),
      standingIn: (ticket) => lookups.standingIn(ticket, decision.sender?.address ?? ''),
    })
  },
}
