import { createLocalReq, type Payload, type PayloadRequest } from 'payload'
import type { DocID } from '../../src/collections/types.js'
import { getHelpdesk } from '../../src/core/config.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import type { WorkContext } from '../../src/core/part.js'
import {
  addNote,
  assignTicket,
  blockSender,
  changePriority,
  changeStatus,
  inTransaction,
  markRead,
  markSpam,
  replyToTicket,
  saveDraft,
} from '../../src/index.js'
import { fetchMailbox } from '../../src/mail/inbound/fetchMailbox.js'
import { insertEntries, type Place } from '../../src/mail/inbound/journal.js'
import { moveCursor, readState } from '../../src/mail/inbound/mailboxState.js'
import { closeParsers } from '../../src/mail/inbound/parsers.js'
import { packRaw, sha256, writeRaws } from '../../src/mail/inbound/raw.js'
import { inboundWork } from '../../src/mail/inbound/work.js'
import { readMailboxes } from '../../src/mail/mailboxes.js'
import { outboundWork } from '../../src/mail/outbound/deliver.js'
import { closeTransports } from '../../src/mail/transports/transportOf.js'
import { uploadAttachment } from '../../src/operations/uploadAttachment.js'
import type { MailClient } from '../mail/client.js'
import { richText } from './richText.js'
import type { Act, Agent, Box, File, MailAct, ReplyAct, Story } from './story.js'
import { type Thread, writeBounce, writeMail } from './writeMail.js'

/** Plays the acts of stories, each at its own time, through the mail server, the worker's slices and the verbs. */
export type Stage = {
  play: (story: Story, act: Act & { at: Date }) => Promise<void>
  close: () => Promise<void>
}

type Played = { thread: Thread; ticket?: DocID; mails: number }

/** Moves the help desk's clock to a time in the past. */
const setClock = (at: Date): void => {
  process.env['HELPDESK_CLOCK_OFFSET_MS'] = String(at.getTime() - Date.now())
}

const undoMs = 12_000

/** Connects to the mailboxes, which from now on receive what is delivered to them. */
export const openStage = async (args: {
  payload: Payload
  mail: MailClient
  /** When the mailboxes were connected: before the first act. */
  start: Date
}): Promise<Stage> => {
  const { payload, mail, start } = args
  const helpdesk = getHelpdesk(payload)
  const played = new Map<Story, Played>()
  const agents = new Map<Agent, PayloadRequest>()
  const context: WorkContext = {
    payload,
    signal: new AbortController().signal,
    workerId: 'seed',
    wake: () => undefined,
  }
  const process = inboundWork(helpdesk).find(({ name }) => name === 'mail.process')!
  const deliver = outboundWork(helpdesk)[0]!
  const boxes = new Map((await readMailboxes(payload)).map((box) => [box.address.split('@')[0] as Box, box]))
  const places = new Map<Box, Place>()

  setClock(start)
  for (const [name, box] of boxes) {
    await fetchMailbox({ ...context, mailbox: box })
    const { epoch, folder, uidValidity } = await readState(payload, box.id)
    if (!folder || !uidValidity) throw new Error(`${box.address} could not be connected.`)
    places.set(name, { mailbox: box.id, epoch, folder, uidValidity })
  }

  /** Into the journal as fetching does it, without asking the server for each mail. */
  const accept = async (place: Place, uid: number, raw: Buffer, at: Date): Promise<void> => {
    const pieces = await packRaw(raw)
    await inTransaction(await createLocalReq({}, payload), async (req) => {
      const entry = {
        uid,
        size: raw.length,
        rescanned: false,
        internalDate: at.toISOString(),
        sha256: sha256(raw),
      }
      const rest = { reason: '', state: 'received' as const, verdict: null, explanation: '' }
      const ids = await insertEntries({ req, place, entries: [{ ...entry, ...rest }] })
      await writeRaws(req, [{ inboundEmail: ids.get(uid)!, pieces }])
      await moveCursor(req, { ...place, lastUid: uid })
    })
  }

  const as = async (agent: Agent): Promise<PayloadRequest> => {
    const known = agents.get(agent)
    if (known) return known
    const { docs } = await payload.find({
      collection: helpdesk.usersSlug as never,
      where: { email: { equals: `${agent}@acme.test` } },
      limit: 1,
      depth: 0,
      overrideAccess: true,
    })
    const user = { ...(docs[0] as unknown as object), collection: helpdesk.usersSlug } as never
    const req = await createLocalReq({ user }, payload)
    agents.set(agent, req)
    return req
  }

  const receive = async (story: Story, raw: Buffer, at: Date): Promise<DocID | undefined> => {
    const box = boxes.get(story.box)!
    const { uid } = await mail.deliver({ to: box.address, raw, date: at })
    await accept(places.get(story.box)!, uid, raw, at)
    while ((await process.run(context)).more);
    const { rows } = await sqlOf({ payload }).query<{ ticket: DocID | null }>(
      `select ticket_id ticket from ${tableOf(payload, helpdesk.slugs.inboundEmails)} where mailbox_id = $1 and uid = $2`,
      [box.id, uid],
    )
    if (!rows[0]) throw new Error(`"${story.subject}" did not arrive.`)
    return rows[0].ticket ?? undefined
  }

  const writes = async (story: Story, state: Played, act: MailAct & { at: Date }): Promise<void> => {
    const from = act.from ?? story.customer
    const domain = from.address.slice(from.address.lastIndexOf('@') + 1)
    const { raw, mail: written } = await writeMail({
      act: { ...act, from },
      at: act.at,
      from,
      to: act.to ?? boxes.get(story.box)!.address,
      subject: story.subject,
      messageId: `<${act.at.getTime().toString(36)}.${++state.mails}.${from.address.length}@${domain}>`,
      thread: state.thread,
    })
    if (act.fails) globalThis.process.env['HELPDESK_STOCKTAKING'] = '1'
    const ticket = await receive(story, raw, act.at)
    if (act.fails) {
      // Each try comes later than the one before; the last one sets the mail aside.
      for (const minutes of [5, 10, 30, 60, 90]) {
        setClock(new Date(act.at.getTime() + minutes * 60_000))
        await process.run(context)
      }
      delete globalThis.process.env['HELPDESK_STOCKTAKING']
    }
    // What a forger wrote is not among the mails that its pretended writer sent.
    if (!act.headers?.['Authentication-Results'])
      await mail.deliver({ to: from.address, raw, date: act.at, folder: 'Sent' })
    state.ticket ??= ticket
    if (ticket !== undefined && state.ticket !== ticket) state.ticket = ticket
    state.thread.first ??= written
    state.thread.last = written
  }

  const upload = (req: PayloadRequest, files: File[] = []): Promise<DocID[]> =>
    Promise.all(files.map(async (file) => (await uploadAttachment({ req, file: { ...file } })).attachment))

  const answers = async (story: Story, state: Played, act: ReplyAct & { at: Date }): Promise<void> => {
    const req = await as(act.by)
    const ticket = state.ticket!
    const { name, address } = story.customer
    const { message } = await replyToTicket({
      req,
      overrideAccess: true,
      ticket,
      source: richText(act.text),
      to: [{ name, address }],
      cc: act.cc?.map((person) => ({ name: person.name, address: person.address })),
      attachments: await upload(req, act.files),
      status: act.status,
    })
    await markRead({ req, overrideAccess: true, ticket, read: true })
    if (act.refused) await mail.fault({ address, on: 'rcpt', answer: act.refused })
    setClock(new Date(act.at.getTime() + undoMs))
    while ((await deliver.run(context)).more);
    if (act.refused) await mail.reset()
    state.thread.last = await sentMail(payload, message, act.at)
  }

  const sentMail = async (site: Payload, message: DocID, date: Date) => {
    const { rows } = await sqlOf({ payload: site }).query<{
      id: string
      references: string[] | null
      rendered: {
        text: string
        from: { name: string; address: string }
        headers: { key: string; value: string }[]
      }
    }>(
      `select internet_message_id id, "references", rendered from ${tableOf(site, helpdesk.slugs.outboundEmails)}
       where message_id = $1`,
      [message],
    )
    const { id, references, rendered } = rows[0]!
    const subject = rendered.headers.find(({ key }) => key === 'Subject')?.value ?? ''
    return {
      from: rendered.from,
      date,
      messageId: id,
      references: references ?? [],
      subject,
      text: rendered.text,
    }
  }

  return {
    play: async (story, act) => {
      setClock(act.at)
      const state = played.get(story) ?? { thread: {}, mails: 0 }
      played.set(story, state)
      if (act.kind === 'mail') return writes(story, state, act)
      if (act.kind === 'reply') return answers(story, state, act)
      if (act.kind === 'bounce') {
        const raw = writeBounce({
          at: act.at,
          to: boxes.get(story.box)!.address,
          recipient: story.customer.address,
          diagnostic: act.diagnostic,
          original: state.thread.last!,
          messageId: `<bounce.${act.at.getTime()}@mx.${story.customer.address.split('@')[1]}>`,
        })
        await receive(story, raw, act.at)
        return
      }
      const verb = { req: await as(act.by), overrideAccess: true, ticket: state.ticket! }
      if (act.kind === 'note') await addNote({ ...verb, source: richText(act.text) })
      if (act.kind === 'draft')
        await saveDraft({
          ...verb,
          kind: 'reply',
          source: richText(act.text),
          recipients: [{ ...nameOf(story), role: 'to' }],
        })
      if (act.kind === 'assign')
        await assignTicket({ ...verb, assignee: act.to && (await as(act.to)).user!.id })
      if (act.kind === 'status') await changeStatus({ ...verb, status: act.status })
      if (act.kind === 'priority') await changePriority({ ...verb, priority: act.priority })
      if (act.kind === 'spam') {
        if (act.block) await blockSender({ ...verb, blocked: true })
        await markSpam({ ...verb, spam: true })
      }
      // Whoever gives a ticket away need not see it any more.
      if (act.kind !== 'assign' || act.to === act.by) await markRead({ ...verb, read: true })
    },
    close: async () => {
      closeTransports(payload)
      await closeParsers(payload)
      delete globalThis.process.env['HELPDESK_CLOCK_OFFSET_MS']
    },
  }
}

const nameOf = ({ customer: { name, address } }: Story) => ({ name, address })
