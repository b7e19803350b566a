import type { MailToSend, ShownMail } from './types.js'

/** What pressing Reply begins with, as mail programs do it. */
export const quote = (mail: ShownMail): Omit<MailToSend, 'from'> => ({
  to: mail.replyTo,
  subject: /^re:/i.test(mail.subject) ? mail.subject : `Re: ${mail.subject}`,
  text: `\n\nOn ${new Date(mail.date).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })}, ${mail.from.name} <${mail.from.address}> wrote:\n${mail.text
    .trimEnd()
    .split('\n')
    .map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`))
    .join('\n')}\n`,
  inReplyTo: mail.messageId,
  references: [...mail.references, mail.messageId].filter(Boolean),
})
