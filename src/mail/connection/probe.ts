import { randomUUID } from 'node:crypto'
import type { PayloadRequest } from 'payload'
import type { DocID } from '../../collections/types.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf, tableOf } from '../../core/database.js'
import { domainOf, newMessageId } from '../../operations/messageId.js'
import { textToHTML } from '../../operations/renderSource.js'
import type { SiteWords } from '../../operations/siteWords.js'
import { oneLine } from '../../rules/oneLine.js'
import { wireAddress } from '../outbound/compose.js'
import type { OutgoingMail } from '../transports/transport.js'

export type Probe = { mail: OutgoingMail; messageId: string; to: string }

export type ProbeArgs = { words: SiteWords; address: string; to: string; token: string }

/** A test mail of a mailbox to itself. The token tells our own intake what it is. */
export const probeMail = (args: ProbeArgs): Probe => {
  const { words, address, to, token } = args
  const messageId = newMessageId(domainOf(address))
  const text = words('test')
  const from = wireAddress(address)
  return {
    messageId,
    to,
    mail: {
      envelope: { from, sender: from, to: [wireAddress(to)] },
      from: { name: '', address: from },
      to: [{ name: '', address: wireAddress(to) }],
      cc: [],
      headers: [
        { key: 'Subject', value: oneLine(`${words('testSubject')} ${token}`) },
        { key: 'Message-ID', value: messageId },
        { key: 'X-Helpdesk-Probe', value: token },
        { key: 'Auto-Submitted', value: 'auto-generated' },
      ],
      date: new Date().toISOString(),
      text: `${text}\n`,
      html: textToHTML(text),
      attachments: [],
      boundary: randomUUID().replaceAll('-', ''),
    },
  }
}

const stateTable = (req: PayloadRequest): string =>
  tableOf(req.payload, getHelpdesk(req.payload).slugs.mailboxState)

type ExpectArgs = { req: PayloadRequest; mailbox: DocID; token: string }

/** Notes the token before the mail leaves, so that the intake knows it whenever it comes. */
export const expectProbe = async ({ req, mailbox, token }: ExpectArgs): Promise<void> => {
  await sqlOf(req).query(
    `insert into ${stateTable(req)} (mailbox_id, plus_probe) values ($1, $2)
     on conflict (mailbox_id) do update set plus_probe = excluded.plus_probe`,
    [mailbox, token],
  )
}

type SeenArgs = { req: PayloadRequest; mailbox: DocID; messageId: string }

/** Whether the intake has seen a mail already, and perhaps moved it out of its folder. */
export const isInJournal = async ({ req, mailbox, messageId }: SeenArgs): Promise<boolean> => {
  const table = tableOf(req.payload, getHelpdesk(req.payload).slugs.inboundEmails)
  const { rows } = await sqlOf(req).query(
    `select 1 from (select mailbox_id, internet_message_id from ${table} order by id desc limit 500) recent
     where mailbox_id = $1 and internet_message_id = $2`,
    [mailbox, messageId],
  )
  return rows.length > 0
}
