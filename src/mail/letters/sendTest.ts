import { randomUUID } from 'node:crypto'
import type { PayloadRequest } from 'payload'
import { now } from '../../core/clock.js'
import { HelpdeskError, MailError } from '../../core/errors.js'
import { domainOf, newMessageId } from '../../operations/messageId.js'
import { isValidAddress } from '../../rules/address.js'
import { oneLine } from '../../rules/oneLine.js'
import { type MailboxConfig, readMailbox } from '../mailboxes.js'
import { wireAddress } from '../outbound/compose.js'
import type { OutgoingMail } from '../transports/transport.js'
import { transportOf } from '../transports/transportOf.js'
import { type LetterPreview, type PreviewLetterArgs, previewLetter } from './preview.js'

type TestMailArgs = { mailbox: MailboxConfig; to: string; letter: LetterPreview }

/** Marked automatic (RFC 3834 §5), with an id that no ticket knows. */
const testMail = ({ mailbox, to, letter }: TestMailArgs): OutgoingMail => {
  const sender = wireAddress(mailbox.address)
  return {
    envelope: { from: '', sender, to: [wireAddress(to)] },
    from: { name: oneLine(mailbox.fromName || mailbox.name), address: sender },
    to: [{ name: '', address: wireAddress(to) }],
    cc: [],
    headers: [
      { key: 'Subject', value: letter.subject },
      { key: 'Message-ID', value: newMessageId(domainOf(mailbox.address)) },
      { key: 'Auto-Submitted', value: 'auto-generated' },
      { key: 'X-Auto-Response-Suppress', value: 'All' },
    ],
    date: now().toISOString(),
    html: letter.html,
    text: letter.text,
    attachments: [],
    boundary: randomUUID().replaceAll('-', ''),
  }
}

type SendArgs = { req: PayloadRequest; mailbox: MailboxConfig; mail: OutgoingMail }

const send = async ({ req, mailbox, mail }: SendArgs): Promise<void> => {
  try {
    const [refused] = (await transportOf(req.payload, mailbox).send(mail)).rejected
    if (refused) throw new HelpdeskError('testNotSent', { message: refused.response })
  } catch (error) {
    if (!(error instanceof MailError)) throw error
    const said = error.response ? ` ${error.response}` : ''
    throw new HelpdeskError('testNotSent', { message: `${error.message}${said}` })
  }
}

/**
 * Sends a preview to the caller's own address, and to nobody else, by the mailbox's own way out. Not in the outbox: one
 * try, whose fault the caller is told. For managers, which the caller checks. Throws `notFound`, `ticketGone`,
 * `badInput` for tokens that nobody knows, `badAddress`, `testNotSent`.
 */
export const sendTestLetter = async (args: PreviewLetterArgs): Promise<{ address: string }> => {
  const { req } = args
  const address = String((req.user as { email?: unknown } | null)?.email ?? '')
  if (!isValidAddress(address)) throw new HelpdeskError('badAddress')
  const mailbox = await readMailbox(req.payload, args.mailbox)
  if (!mailbox) throw new HelpdeskError('notFound')
  const letter = await previewLetter(args)
  if (letter.unknown.length)
    throw new HelpdeskError('badInput', {
      fields: Object.fromEntries(letter.unknown.map((name) => [`{${name}}`, 'Not a token.'])),
    })
  await send({ req, mailbox, mail: testMail({ mailbox, to: address, letter }) })
  return { address }
}
