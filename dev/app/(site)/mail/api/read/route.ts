import { simpleParser } from 'mailparser'
import sanitizeHtml from 'sanitize-html'
import { mailClient } from '../../../../../mail/client.js'
import { mailboxes } from '../../../../../seed/mailboxes.js'
import type { ShownMail } from '../../types.js'

export const dynamic = 'force-dynamic'

/** Everybody who has received mail, and the mails of the one asked for. */
export const GET = async (request: Request): Promise<Response> => {
  const url = process.env.HELPDESK_MAIL_URL
  if (process.env.HELPDESK_DEMO !== '1' || !url) return new Response(null, { status: 404 })
  const mail = mailClient(url)
  const address = new URL(request.url).searchParams.get('address')?.trim().toLowerCase() ?? ''
  const own = new Set<string>(mailboxes.map((mailbox) => mailbox.address))
  const customers = (await mail.addresses()).filter((one) => !own.has(one)).sort()
  const mails = address && !own.has(address) ? await mail.mailbox(address) : []
  return Response.json({ customers, mails: await Promise.all(mails.map(show)) })
}

const show = async ({
  uid,
  raw,
  receivedAt,
}: {
  uid: number
  raw: Buffer
  receivedAt: Date
}): Promise<ShownMail> => {
  const parsed = await simpleParser(raw)
  const sender = parsed.from?.value[0]
  const text = parsed.text ?? ''
  const html = typeof parsed.html === 'string' ? parsed.html : (parsed.textAsHtml ?? '')
  return {
    uid,
    date: receivedAt.toISOString(),
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
  return `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'"><base target="_blank"><style>body{margin:0;font:15px/1.55 system-ui,sans-serif;color:#241c12;background:#fff;padding:16px;overflow-wrap:anywhere}blockquote{margin:0 0 0 .5em;padding-left:.8em;border-left:3px solid #ddd;color:#666}img{max-width:100%}</style>${clean}`
}
