import type { OutgoingMail } from './transport.js'

/** Headers that nodemailer formats itself, by its own option. The others are handed over as they are. */
const formatted: Record<string, 'replyTo' | 'subject' | 'messageId' | 'inReplyTo' | 'references'> = {
  'reply-to': 'replyTo',
  subject: 'subject',
  'message-id': 'messageId',
  'in-reply-to': 'inReplyTo',
  references: 'references',
}

/** The bytes of a mail; the same mail gives the same bytes. */
export const toRaw = async (mail: OutgoingMail): Promise<Buffer> => {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
  const named: Partial<Record<(typeof formatted)[string], string>> = {}
  const others: { key: string; value: string }[] = []
  for (const header of mail.headers) {
    const option = formatted[header.key.toLowerCase()]
    if (option) named[option] = header.value
    else others.push(header)
  }
  const composer = new MailComposer({
    ...named,
    from: mail.from,
    to: mail.to,
    cc: mail.cc,
    date: new Date(mail.date),
    headers: others,
    text: mail.text,
    html: mail.html,
    attachments: mail.attachments.map(({ filename, contentType, contentId, content }) => ({
      filename,
      contentType,
      content,
      ...(contentId && { cid: contentId, contentDisposition: 'inline' }),
    })),
    boundaryPrefix: '=_',
    baseBoundary: mail.boundary,
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return composer.compile().build()
}
