import type { Step } from '../step.js'

// Clocks of senders are off by minutes.
const skewMs = 60 * 60_000

/**
 * Mail from before the mailbox was connected, which is read only because the server gave its mails other numbers
 * (UIDVALIDITY). The server's own clock tells: its newest mail of that time and what came after it. A restore may give
 * old mail a new INTERNALDATE, so the Date header counts as well; of what came in later it says nothing.
 */
export const beforeStart: Step = {
  name: 'beforeStart',
  when: 'before',
  run: ({ journal, mail, mailbox, decision }) => {
    // Taken in before the mailbox was pointed at another account: that one's start says nothing about it.
    if (journal.epoch !== mailbox.epoch) return
    if (!mailbox.startedAt || !journal.rescanned) return
    const { startedAt, newestBefore } = mailbox
    const isOld = Date.parse(journal.internalDate ?? '') <= Date.parse(newestBefore ?? '')
    const saysOld = Date.parse(mail.date ?? '') < Date.parse(startedAt) - skewMs
    if (!isOld && !saysOld) return
    decision.verdict = 'ignored'
    decision.reason = 'beforeStart'
  },
}
