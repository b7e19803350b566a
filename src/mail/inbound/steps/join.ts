import { receiveMessage } from '../../../operations/receiveMessage.js'
import { arrivalOf, contentOf, othersOf } from '../content.js'
import type { Step } from '../step.js'

/**
 * Adds the mail to the ticket it belongs to: for everybody to see, or for the team alone where its sender takes no
 * part in the ticket. The others it was sent to join only where the sender is one of the ticket and proven: anybody
 * can write a From.
 */
export const join: Step = {
  name: 'join',
  run: async (carrier) => {
    const { req, contentHash, decision, lookups, mail, mailbox } = carrier
    const { threading, sender } = decision
    if (!threading || threading.outcome === 'new' || !sender) return
    const copy = lookups.knownElsewhere(mailbox.id, contentHash)
    if (copy && copy.ticket !== null && String(copy.ticket) === String(threading.ticket)) {
      decision.verdict = 'duplicate'
      decision.reason = 'alsoReceived'
      decision.ticket = copy.ticket
      if (copy.message !== null) decision.message = copy.message
      return
    }
    const isHeld = threading.outcome === 'hold'
    const others = decision.verified && !isHeld && !decision.automatic ? othersOf(carrier) : []
    const result = await receiveMessage({
      req,
      overrideAccess: true,
      ticket: threading.ticket,
      contact: decision.contact ?? null,
      from: { name: sender.name, address: sender.address },
      content: contentOf(mail, lookups.isOwnAddress),
      arrival: arrivalOf(carrier, {
        reason: threading.reason,
        visibility: isHeld ? 'team' : 'customer',
        unverified: isHeld,
      }),
      cc: others,
    })
    if (result.outcome === 'followUp') {
      decision.followUpOf = threading.ticket
      return
    }
    decision.verdict = 'appended'
    decision.reason = threading.reason
    decision.ticket = result.ticket
    if (result.message !== null) decision.message = result.message
    lookups.remember({
      ticket: result.ticket,
      messageId: mail.messageId,
      addresses: others.map(({ address }) => address),
    })
  },
}
