import { createTransport } from 'nodemailer'
import type { MailToSend } from '../../types.js'

export const dynamic = 'force-dynamic'

/** Sends the customer's mail through the local mail server, files included. */
export const POST = async (request: Request): Promise<Response> => {
  const port = Number(process.env.HELPDESK_SMTP_PORT)
  if (process.env.HELPDESK_DEMO !== '1' || !port) return new Response(null, { status: 404 })
  const form = await request.formData()
  const mail = JSON.parse(String(form.get('mail'))) as MailToSend
  const files = form.getAll('file').filter((file): file is File => file instanceof File && file.size > 0)
  const transport = createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true })
  try {
    await transport.sendMail({
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
    return Response.json({ sent: true })
  } catch (error) {
    return Response.json({ error: error instanceof Error ? error.message : String(error) }, { status: 400 })
  } finally {
    transport.close()
  }
}
