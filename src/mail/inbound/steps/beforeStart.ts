import type { Step } from '../step.js'

// Clocks of senders are off by minutes; the server's own is the one that decides otherwise.
const skewMs = 60 * 60_000

const isBefore = (date: string | null, limit: number): boolean => date !== null && Date.parse(date) < limit

/**
 * Mail from before the mailbox was connected, which is read only because the server gave its mails other numbers
 * (UIDVALIDITY). A restore may give old mail a new INTERNALDATE, so the Date header counts as well; of what came in
 * later it says nothing.
 */
export const beforeStart: Step = {
  name: 'beforeStart',
  when: 'before',
  run: ({ journal, mail, mailbox, decision }) => {
    // Taken in before the mailbox was pointed at another account: that one's start says nothing about it.
    if (journal.epoch !== mailbox.epoch) return
    if (!mailbox.startedAt || !journal.rescanned) return
    const started = Date.parse(mailbox.startedAt)
    if (!isBefore(journal.internalDate, started) && !isBefore(mail.date, started - skewMs)) return
    decision.verdict = 'ignored'
    decision.reason = 'beforeStart'
  },
}
