import { createTransport } from 'nodemailer'
import { mailClient } from '../../../../../mail/client.js'
import type { MailToSend } from '../../types.js'

export const dynamic = 'force-dynamic'

const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })

/** Sends the customer's mail through the local mail server, and keeps a copy as mail programs do. */
export const POST = async (request: Request): Promise<Response> => {
  const port = Number(process.env.HELPDESK_SMTP_PORT)
  if (process.env.HELPDESK_DEMO !== '1' || !port) return new Response(null, { status: 404 })
  const form = await request.formData()
  const mail = JSON.parse(String(form.get('mail'))) as MailToSend
  const files = form.getAll('file').filter((file): file is File => file instanceof File && file.size > 0)
  const transport = createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true })
  try {
    const { message } = await composer.sendMail({
      from: mail.from,
      to: mail.to,
      subject: mail.subject,
      text: mail.text,
      inReplyTo: mail.inReplyTo,
      references: mail.references,
      attachments: await Promise.all(
        files.map(async (file) => ({
          filename: file.name,
          contentType: file.type || undefined,
          content: Buffer.from(await file.arrayBuffer()),
        })),
      ),
    })
    await transport.sendMail({ envelope: { from: mail.from, to: mail.to }, raw: message })
    const url = process.env.HELPDESK_MAIL_URL
    if (url) await mailClient(url).deliver({ to: mail.from, raw: message as Buffer, folder: 'Sent' })
    return Response.json({ sent: true })
  } catch (error) {
    return Response.json({ error: error instanceof Error ? error.message : String(error) }, { status: 400 })
  } finally {
    transport.close()
  }
}
