import { createTransport } from 'nodemailer'
import type { MailAct, Person } from './story.js'

/** A mail of the thread, as the next writer sees it. */
export type Earlier = {
  from: Person
  date: Date
  messageId: string
  references: string[]
  subject: string
  text: string
}

/** Where the last mails of a story stand. */
export type Thread = { first?: Earlier; last?: Earlier }

const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })

const wrote: Record<string, (date: string, who: string) => string> = {
  de: (date, who) => `Am ${date} schrieb ${who}:`,
  fr: (date, who) => `Le ${date}, ${who} a écrit :`,
  es: (date, who) => `El ${date}, ${who} escribió:`,
  it: (date, who) => `Il giorno ${date} ${who} ha scritto:`,
  nl: (date, who) => `Op ${date} schreef ${who}:`,
  ja: (date, who) => `${date}、${who}のメール:`,
  ru: (date, who) => `${date}, ${who} пишет:`,
  el: (date, who) => `Στις ${date}, ο χρήστης ${who} έγραψε:`,
  ar: (date, who) => `في ${date}، كتب ${who}:`,
  en: (date, who) => `On ${date}, ${who} wrote:`,
}

const intro = (earlier: Earlier, locale: string): string => {
  const date = earlier.date.toLocaleString(locale === 'ar' ? 'ar-EG' : locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
  })
  return (wrote[locale] ?? wrote['en']!)(date, `${earlier.from.name} <${earlier.from.address}>`)
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const asHtml = (text: string): string =>
  text.replace(/[&<>]/g, (character) => escapes[character]!).replace(/\n/g, '<br>\n')

const asText = (html: string): string =>
  html
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/<(br|\/p|\/tr|\/td|\/div|\/h\d|\/li)[^>]*>/g, '\n')
    .replace(/<[^>]+>/g, '')
    .replace(/&nbsp;/g, ' ')
    .replace(/&amp;/g, '&')
    .replace(/[ \t]*\n\s*/g, '\n')
    .trim()

const quoted = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`))
    .join('\n')

type Body = { text: string; html?: string }

const bodyOf = (act: MailAct, earlier: Earlier | undefined, locale: string): Body => {
  const { style = 'text' } = act
  if (act.html) return { text: asText(act.html), html: act.html }
  if (!earlier || style === 'none') return { text: act.text }
  const text = `${act.text}\n\n${intro(earlier, locale)}\n${quoted(earlier.text)}\n`
  if (style === 'gmail')
    return {
      text,
      html: `<div dir="auto">${asHtml(act.text)}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">${asHtml(
        intro(earlier, locale),
      )}<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex">${asHtml(
        earlier.text,
      )}</blockquote></div>`,
    }
  if (style === 'outlook') {
    const head = `From: ${earlier.from.name} <${earlier.from.address}>\nSent: ${earlier.date.toUTCString()}\nTo: ${
      act.from?.name ?? ''
    }\nSubject: ${earlier.subject}`
    return {
      text: `${act.text}\n\n________________________________\n${head}\n\n${earlier.text}`,
      html: `<div class="WordSection1"><p class="MsoNormal">${asHtml(act.text)}</p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">${asHtml(
        head,
      ).replace(/(From|Sent|To|Subject):/g, '<b>$1:</b>')}</p></div><p class="MsoNormal">${asHtml(
        earlier.text,
      )}</p></div>`,
    }
  }
  return { text }
}

/** The bytes of a customer's mail, and what the next one needs to know of it. */
export const writeMail = async (args: {
  act: MailAct
  at: Date
  from: Person
  to: string
  subject: string
  messageId: string
  thread: Thread
}): Promise<{ raw: Buffer; mail: Earlier }> => {
  const { act, at, from, to, subject, messageId, thread } = args
  const earlier = act.answersFirst ? thread.first : thread.last
  const references = earlier ? [...earlier.references, earlier.messageId] : []
  const { text, html } = bodyOf(act, earlier, from.locale ?? 'en')
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1)
  const title = act.subject ?? (earlier ? `Re: ${subject}` : subject)
  const { message } = await composer.sendMail({
    from: { name: from.name, address: act.replyTo ? to : from.address },
    to,
    cc: act.cc?.map(({ name, address }) => ({ name, address })),
    replyTo: act.replyTo?.address,
    subject: title,
    text,
    html,
    date: at,
    messageId,
    inReplyTo: earlier?.messageId,
    references,
    headers: {
      ...(!act.unproven && {
        'Authentication-Results': `mail.acme.test; spf=pass smtp.mailfrom=${domain}; dkim=pass header.d=${domain}; dmarc=pass header.from=${domain}`,
      }),
      ...act.headers,
    },
    attachments: act.files?.map(({ name, type, data, cid }) => ({
      filename: name,
      contentType: type,
      content: data,
      ...(cid && { cid, contentDisposition: 'inline' as const }),
    })),
  })
  return {
    raw: message as Buffer,
    mail: { from, date: at, messageId, references, subject: title, text },
  }
}

/** The report with which a mail server sends a mail back. */
export const writeBounce = (args: {
  at: Date
  to: string
  recipient: string
  diagnostic: string
  original: Earlier
  messageId: string
}): Buffer => {
  const { at, to, recipient, diagnostic, original, messageId } = args
  const domain = recipient.slice(recipient.lastIndexOf('@') + 1)
  const status = /\b5\.\d+\.\d+\b/.exec(diagnostic)?.[0] ?? '5.0.0'
  return Buffer.from(`Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.${domain}>
To: ${to}
Subject: Undelivered Mail Returned to Sender
Message-ID: ${messageId}
Date: ${at.toUTCString().replace('GMT', '+0000')}
MIME-Version: 1.0
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="report"

--report
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.${domain}.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

<${recipient}>: ${diagnostic}
--report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.${domain}

Final-Recipient: rfc822; ${recipient}
Action: failed
Status: ${status}
Remote-MTA: dns; mx.${domain}
Diagnostic-Code: smtp; ${diagnostic}
--report
Content-Type: message/rfc822

From: ${to}
To: ${recipient}
Message-ID: ${original.messageId}
Subject: ${original.subject.replace(/[^\x20-\x7e]/g, '?')}

--report--
`)
}
