import { splitPlus } from '../../../rules/address.js'
import { keyAddresses } from '../lookups.js'
import { notePlusAddress } from '../mailboxState.js'
import type { Step } from '../step.js'

/** The test mail that the help desk sent to the plus address of the mailbox: it arrived, so plus addresses work. */
export const ownProbe: Step = {
  name: 'ownProbe',
  when: 'before',
  run: async ({ req, mail, mailbox, decision }) => {
    const { plusProbe } = mailbox
    if (!plusProbe || !keyAddresses(mail).some((address) => splitPlus(address).tag === plusProbe)) return
    await notePlusAddress(req, mailbox.id)
    decision.verdict = 'ignored'
    decision.reason = 'probe'
  },
}
