import { createHash } from 'node:crypto'
import { simpleParser } from 'mailparser'
import sanitizeHtml from 'sanitize-html'
import { mailClient } from '../../../../../mail/client.js'
import { mailboxes } from '../../../../../seed/mailboxes.js'
import type { ShownMail } from '../../types.js'

export const dynamic = 'force-dynamic'

/** Everybody who has mail, and the mails that the one asked for received and sent, oldest first. */
export const GET = async (request: Request): Promise<Response> => {
  const url = process.env.HELPDESK_MAIL_URL
  if (process.env.HELPDESK_DEMO !== '1' || !url) return new Response(null, { status: 404 })
  const mail = mailClient(url)
  const address = new URL(request.url).searchParams.get('address')?.trim().toLowerCase() ?? ''
  const own = new Set<string>(mailboxes.map((mailbox) => mailbox.address))
  const customers = (await mail.addresses()).filter((one) => !own.has(one)).sort()
  if (!address || own.has(address)) return Response.json({ customers, mails: [] })
  const folders = await Promise.all(
    (['INBOX', 'Sent'] as const).map(async (folder) =>
      (await mail.mailbox(address, folder)).map((one) => ({ ...one, folder })),
    ),
  )
  const mails = await Promise.all(folders.flat().map(show))
  mails.sort((one, other) => one.date.localeCompare(other.date))
  return Response.json({ customers, mails })
}

type Kept = { uid: number; raw: Buffer; receivedAt: Date; folder: 'INBOX' | 'Sent' }

const shown = new Map<string, ShownMail>()

/** Mails never change, and the page asks for all of them every other second. */
const show = async (mail: Kept): Promise<ShownMail> => {
  const key = createHash('sha1').update(mail.folder).update(mail.raw).digest('base64url')
  const known = shown.get(key) ?? (await parse(key, mail))
  if (shown.size > 2000) shown.clear()
  shown.set(key, known)
  return known
}

const parse = async (key: string, { raw, receivedAt, folder }: Kept): Promise<ShownMail> => {
  const parsed = await simpleParser(raw)
  const sender = parsed.from?.value[0]
  const text = parsed.text ?? ''
  const html = typeof parsed.html === 'string' ? parsed.html : (parsed.textAsHtml ?? '')
  return {
    key: `${folder}-${key}`,
    date: (parsed.date ?? receivedAt).toISOString(),
    isOwn: folder === 'Sent',
    to: [parsed.to ?? []].flat().flatMap(({ value }) => value)[0]?.address ?? '',
    from: { name: sender?.name || sender?.address || '', address: sender?.address ?? '' },
    replyTo: (parsed.replyTo ?? parsed.from)?.value[0]?.address ?? '',
    subject: parsed.subject ?? '',
    preview: text.replace(/\s+/g, ' ').slice(0, 120),
    messageId: parsed.messageId ?? '',
    references: [parsed.references ?? []].flat(),
    text,
    html: frame(html),
    attachments: parsed.attachments.map(({ filename, contentType, size, content }) => ({
      filename: filename ?? 'attachment',
      contentType,
      size,
      url: `data:${contentType};base64,${content.toString('base64')}`,
    })),
  }
}

const frame = (html: string): string => {
  const clean = sanitizeHtml(html, {
    allowedTags: sanitizeHtml.defaults.allowedTags.concat('img', 'style'),
    allowVulnerableTags: true,
    allowedAttributes: {
      '*': ['style', 'dir', 'align', 'width', 'height'],
      a: ['href', 'target'],
      img: ['src', 'alt'],
    },
    allowedSchemes: ['http', 'https', 'mailto'],
    allowedSchemesByTag: { img: ['data'] },
  })
  // Mails that bring no colours follow the page's; the others are written for white paper.
  const isPlain = !/bgcolor|background|[^-]color\s*[:=]\s*["']?#(?!8a8f98)/i.test(clean)
  const colours = isPlain
    ? ':root{color-scheme:light dark}body{color:light-dark(#241c12,#f0e9df);background:light-dark(#fff,#201c17)}'
    : 'body{color:#241c12;background:#fff}'
  return `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'"><base target="_blank"><style>${colours}body{margin:0;font:15px/1.55 system-ui,sans-serif;padding:16px;overflow-wrap:anywhere}blockquote{margin:0 0 0 .5em;padding-left:.8em;border-left:3px solid #8884;color:light-dark(#666,#a99)}img{max-width:100%}</style>${clean}`
}
