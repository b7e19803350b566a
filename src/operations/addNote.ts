import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { HelpdeskError } from '../core/errors.js'
import { writeActivity } from './activity.js'
import { agentOf } from './agentOf.js'
import type { VerbArgs, Written } from './args.js'
import { linkAttachments } from './attachments.js'
import { followTicket } from './followTicket.js'
import { insertMessage } from './insertMessage.js'
import { writeTicket } from './readTicket.js'
import { renderWritten } from './renderSource.js'
import { earlierNote } from './repeatedTry.js'
import { onTicket } from './runVerb.js'
import { dropDraft } from './saveDraft.js'

/**
 * A note of the team: writes the message with `visibility: team` and the activity `noteAdded`; changes no status and
 * queues nothing, ever. For those who see the ticket. Throws `ticketGone`, `emptyMessage`.
 */
export const addNote = (args: VerbArgs & Written & { ticket: DocID }): Promise<{ message: DocID }> =>
  onTicket(args, async (req, ticket) => {
    const { html, text, source } = renderWritten(args)
    const earlier = await earlierNote({ ...args, req }, ticket.id)
    if (earlier !== null) {
      await dropDraft({ req, ticket: ticket.id, kind: 'note', text })
      return { message: earlier }
    }
    const attachments = args.attachments ?? []
    if (!text && !attachments.length) throw new HelpdeskError('emptyMessage')
    const at = now().toISOString()
    const author = agentOf(req)
    const message = await insertMessage(req, {
      ticket: ticket.id,
      kind: 'note',
      visibility: 'team',
      author,
      contact: null,
      fromName: '',
      fromAddress: '',
      recipients: [],
      subject: '',
      html,
      text,
      source,
      quotedHtml: '',
      quotedText: '',
      signature: '',
      messageId: '',
      references: [],
      inboundEmail: null,
      automatic: false,
      unverified: false,
      reason: '',
      delivery: null,
      deliveryError: '',
      hasAttachments: attachments.length > 0,
      remoteImages: 0,
      sentDate: null,
      createdAt: at,
    })
    await linkAttachments({ req, ticket: ticket.id, message, attachments, uploadedBy: author ?? undefined })
    await writeTicket({
      req,
      ticket: ticket.id,
      data: { lastActivityAt: at, messageCount: ticket.messageCount + 1 },
    })
    await followTicket(req, ticket.id)
    await dropDraft({ req, ticket: ticket.id, kind: 'note' })
    await writeActivity({
      req,
      kind: 'noteAdded',
      ticket,
      message,
      ...(args.requestKey && { data: { requestKey: args.requestKey } }),
    })
    return { message }
  })
