import type { DocID } from '../../collections/types.js'

/** How a mail points to a ticket, in the order in which the points are looked at. */
export const matchKinds = ['replyKey', 'ourMessageId', 'theirMessageId', 'quotedKey', 'subjectTag'] as const
export type MatchKind = (typeof matchKinds)[number]

/** Who the sender is to the ticket: takes part in it and is accepted, or not. */
export type Standing = 'participant' | 'stranger'

/**
 * `append`: into the ticket. `hold`: into the ticket for the team alone, until an agent accepts the sender.
 * `relate`: a new ticket, "possibly related". `ignore`: the match says nothing.
 */
export type ThreadOutcome = 'append' | 'hold' | 'relate' | 'ignore'

/**
 * Who may join a ticket by which match. A reply key or a Message-ID of ours is known only to those whom a mail of
 * the ticket reached. The customer's own Message-ID is known to everybody they wrote to. A tag in the subject is
 * for people to read: only who takes part anyway may use it. A number alone is no match at all.
 *
 * | match | participant | stranger |
 * |---|---|---|
 * | reply key in an address of the mail | append | hold |
 * | Message-ID of ours in In-Reply-To or References | append | hold |
 * | Message-ID of a customer there | append | relate |
 * | reply key in the text, as quoted back | append | hold |
 * | tag in the subject | append | ignore |
 */
export const threadingTable: Record<MatchKind, Record<Standing, ThreadOutcome>> = {
  replyKey: { participant: 'append', stranger: 'hold' },
  ourMessageId: { participant: 'append', stranger: 'hold' },
  theirMessageId: { participant: 'append', stranger: 'relate' },
  quotedKey: { participant: 'append', stranger: 'hold' },
  subjectTag: { participant: 'append', stranger: 'ignore' },
}

export type Match = { kind: MatchKind; ticket: DocID }

export type Threading =
  | { outcome: 'append' | 'hold'; ticket: DocID; reason: MatchKind | 'stranger' }
  | { outcome: 'new'; relatedTo: DocID | null; reason: 'newTicket' | 'possiblyRelated' }

const rank = (kind: MatchKind): number => matchKinds.indexOf(kind)

/**
 * Where a mail belongs. Of several tickets the first one wins by which the sender may join, in the order of
 * `matchKinds` and then of the matches given (addresses as they stand in the mail; In-Reply-To, then References from
 * the newest to the oldest; keys as they stand in the text): always one ticket, never two.
 */
export const threadMail = (args: {
  matches: readonly Match[]
  standingIn: (ticket: DocID) => Standing
}): Threading => {
  const ordered = [...args.matches].sort((a, b) => rank(a.kind) - rank(b.kind))
  let relatedTo: DocID | null = null
  for (const { kind, ticket } of ordered) {
    const outcome = threadingTable[kind][args.standingIn(ticket)]
    if (outcome === 'append') return { outcome, ticket, reason: kind }
    if (outcome === 'hold') return { outcome, ticket, reason: 'stranger' }
    if (outcome === 'relate') relatedTo ??= ticket
  }
  return { outcome: 'new', relatedTo, reason: relatedTo === null ? 'newTicket' : 'possiblyRelated' }
}
