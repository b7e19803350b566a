import { isBounce } from '../bounced.js'
import type { Step } from '../step.js'

/**
 * Mail whose sender is an address of ours. With a foreign Reply-To and no Message-ID of ours it is the mail of a
 * site's form, and the Reply-To is who wrote; anything else is a mail of ours that came back.
 */
export const ownMail: Step = {
  name: 'ownMail',
  when: 'before',
  run: ({ lookups, mail, decision }) => {
    if (!mail.from || isBounce({ lookups, mail }) || !lookups.isOwnAddress(mail.from.address)) return
    const isOurs = mail.messageId !== null && lookups.isOurMessageId(mail.messageId)
    const writer = mail.replyTo.find(({ address }) => !lookups.isOwnAddress(address))
    if (writer && !isOurs) {
      decision.sender = { name: writer.name || mail.from.name, address: writer.address, byForm: true }
      return
    }
    decision.verdict = 'ignored'
    decision.reason = isOurs ? 'ownMail' : 'ownAddress'
  },
}
