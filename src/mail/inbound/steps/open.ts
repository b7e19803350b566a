import { openTicket } from '../../../operations/openTicket.js'
import { arrivalOf, contentOf, othersOf } from '../content.js'
import type { Carrier, Step } from '../step.js'

const reasonOf = ({ decision }: Carrier, isCopy: boolean): string => {
  if (decision.followUpOf !== undefined) return 'followUp'
  if (isCopy) return 'alsoReceived'
  if (decision.threading?.reason === 'possiblyRelated') return 'possiblyRelated'
  return decision.automatic ? 'newAutomatic' : 'newTicket'
}

/** Opens a ticket for a mail that belongs to none, linked to the older one where there is one. */
export const open: Step = {
  name: 'open',
  run: async (carrier) => {
    const { req, contentHash, decision, lookups, mail, mailbox } = carrier
    const { sender, contact, threading, number } = decision
    if (!sender || contact === undefined) return
    const copy = lookups.knownElsewhere(mailbox.id, contentHash)
    const related = threading?.outcome === 'new' ? threading.relatedTo : null
    const from = { name: sender.name, address: sender.address }
    const reason = reasonOf(carrier, copy?.ticket != null)
    const others = decision.automatic ? [] : othersOf(carrier)
    const { ticket, message } = await openTicket({
      req,
      overrideAccess: true,
      mailbox: mailbox.id,
      contact,
      requester: from,
      requesterVerified: decision.verified,
      subject: mail.subject,
      source: 'email',
      automatic: decision.automatic,
      followUpOf: decision.followUpOf ?? null,
      relatedTo: related ?? copy?.ticket ?? null,
      cc: others,
      first: {
        content: contentOf(mail, lookups.isOwnAddress),
        arrival: arrivalOf(carrier, { reason, visibility: 'customer', unverified: false }),
        from,
      },
      ...(number !== undefined && { number }),
    })
    decision.verdict = 'opened'
    decision.reason = reason
    decision.ticket = ticket.id
    if (message !== null) decision.message = message
    lookups.remember({
      ticket: ticket.id,
      messageId: mail.messageId,
      number: ticket.number,
      replyKey: ticket.replyKey,
      addresses: [from.address, ...others.map(({ address }) => address)],
    })
    decision.opened = { number: ticket.number, subject: ticket.subject }
  },
}
