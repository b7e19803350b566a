import { setTimeout as wait } from 'node:timers/promises'
import type { PayloadRequest } from 'payload'
import type { DocID } from '../../collections/types.js'
import { HelpdeskError, MailError } from '../../core/errors.js'
import { randomKey } from '../../core/secret.js'
import { siteWords } from '../../operations/siteWords.js'
import { isValidAddress, withPlus } from '../../rules/address.js'
import { notePlusAddress } from '../inbound/mailboxState.js'
import { readMailbox } from '../mailboxes.js'
import { openImap } from '../sources/imap.js'
import type { MailSource } from '../sources/source.js'
import { payloadTransport } from '../transports/payload.js'
import { smtpTransport } from '../transports/smtp.js'
import type { MailTransport } from '../transports/transport.js'
import { smtpLoginOf } from '../transports/transportOf.js'
import { expectProbe, isInJournal, type Probe, probeMail } from './probe.js'
import { type ConnectionTest, type StepLog, type StepName, stepLog } from './steps.js'
import { type MailboxValues, mergeValues, type TestedMailbox } from './values.js'

export type { ConnectionTest } from './steps.js'
export type { MailboxValues } from './values.js'

export type TestConnectionArgs = {
  req: PayloadRequest
  /** The mailbox whose stored passwords are used; null for one that is not saved yet. */
  mailbox: DocID | null
  /** What stands in the form and is not saved. */
  values?: MailboxValues
  /**
   * Milliseconds in which the test mails have to arrive.
   * @default 20000
   */
  waitMs?: number
}

type SideArgs = { req: PayloadRequest; mailbox: TestedMailbox; log: StepLog }

const testReceiving = async ({ req, mailbox, log }: SideArgs): Promise<MailSource | null> => {
  let source: MailSource | null = null
  try {
    source = await openImap({ payload: req.payload, login: mailbox.receive })
    log.passed({ side: 'receive', name: 'login' })
  } catch (error) {
    log.failed({ side: 'receive', at: 'connect', error })
    return null
  }
  try {
    const { uidNext } = await source.open(mailbox.receive.folder)
    const message = `The folder "${mailbox.receive.folder}" is there; its next mail is number ${uidNext}.`
    log.passed({ side: 'receive', name: 'folder', message })
    return source
  } catch (error) {
    log.failed({ side: 'receive', at: 'folder', error })
    await source.close()
    return null
  }
}

type WayOut = {
  transport: MailTransport
  /** What it is at now: a fault belongs to this step. */
  at: () => StepName
}

const wayOut = ({ req, mailbox, log }: SideArgs): WayOut => {
  if (mailbox.send.kind === 'site') return { transport: payloadTransport(req.payload), at: () => 'send' }
  const login = smtpLoginOf(req.payload, mailbox)
  const seen = new Set<StepName>()
  const transport = smtpTransport(login, (step) => {
    if (seen.has(step)) return
    seen.add(step)
    log.passed({ side: 'send', name: step })
  })
  const steps: StepName[] = login.user ? ['resolve', 'connect', 'login'] : ['resolve', 'connect']
  return { transport, at: () => steps.find((step) => !seen.has(step)) ?? 'send' }
}

/** The server's answer to a test mail. Throws a `MailError` also where it refused the one recipient. */
const sendProbe = async (transport: MailTransport, { mail, to }: Probe): Promise<string> => {
  const { rejected, response } = await transport.send(mail)
  const [refused] = rejected
  if (!refused) return response
  throw new MailError(`The mail server does not take mail to ${to}.`, {
    code: 'refused',
    retry: refused.retry,
    response: refused.response,
  })
}

type ArrivalArgs = { req: PayloadRequest; id: DocID | null; source: MailSource; probe: Probe; until: number }

const hasArrived = async ({ req, id, source, probe, until }: ArrivalArgs): Promise<boolean> => {
  for (;;) {
    if ((await source.findMessageId(probe.messageId)).length) return true
    if (id !== null && (await isInJournal({ req, mailbox: id, messageId: probe.messageId }))) return true
    if (performance.now() > until) return false
    await wait(500)
  }
}

type TripArgs = {
  req: PayloadRequest
  id: DocID | null
  /** Whether what is tested is the saved mailbox's own address. */
  isSaved: boolean
  mailbox: TestedMailbox
  source: MailSource | null
  log: StepLog
  waitMs: number
}

/** Sends the test mails and, where mail can be received, waits for them. */
const testTrip = async ({ req, id, isSaved, mailbox, source, log, waitMs }: TripArgs): Promise<void> => {
  const token = randomKey(64)
  if (id !== null && isSaved) await expectProbe({ req, mailbox: id, token })
  const own = { words: await siteWords(req.payload), address: mailbox.address, token }
  const plain = probeMail({ ...own, to: mailbox.address })
  const plus = probeMail({ ...own, to: withPlus(mailbox.address, token) })
  const { transport, at } = wayOut({ req, mailbox, log })
  let isPlusSent = false
  try {
    const response = await sendProbe(transport, plain)
    log.passed({ side: 'send', name: 'send', message: `A test mail to ${plain.to} was taken.`, response })
    if (!source) return
    // Many providers know no plus addresses and refuse them: that is an answer, not a fault.
    isPlusSent = await sendProbe(transport, plus).then(
      () => true,
      () => false,
    )
  } catch (error) {
    log.failed({ side: 'send', at: at(), error })
    return
  } finally {
    transport.close()
  }
  const until = performance.now() + waitMs
  try {
    if (!(await hasArrived({ req, id, source, probe: plain, until }))) {
      const message = `The test mail has not arrived within ${Math.round(waitMs / 1000)} seconds.`
      log.missed({ side: 'receive', name: 'receive', message })
      return
    }
    log.passed({ side: 'receive', name: 'receive', message: 'The test mail has arrived.' })
    if (isPlusSent && (await hasArrived({ req, id, source, probe: plus, until }))) {
      if (id !== null && isSaved) await notePlusAddress(req, id)
      const message = 'Mail to the plus address arrives too: replies will carry it.'
      log.passed({ side: 'receive', name: 'plus', code: 'plusWorks', message })
    } else {
      const message = 'Mail to the plus address does not arrive: replies will carry the plain one.'
      log.passed({ side: 'receive', name: 'plus', code: 'plainOnly', message })
    }
  } catch (error) {
    log.failed({ side: 'receive', at: 'receive', error })
  }
}

const wayTo = ({ security }: TestedMailbox['send']): StepName[] =>
  security === 'none' ? ['resolve', 'connect'] : ['resolve', 'connect', 'tls']

/**
 * Signs in to the servers of a mailbox, looks at its folder without touching a mail, sends a mail to itself and to
 * its plus address and waits for both. Works with values that are not saved; a stored password is used only for the
 * server it was stored for. For managers, which the caller checks. Throws `passwordAgain`, `badAddress`.
 */
export const testConnection = async (args: TestConnectionArgs): Promise<ConnectionTest> => {
  const { req, mailbox: id, values = {}, waitMs = 20_000 } = args
  const saved = id === null ? null : await readMailbox(req.payload, id)
  if (id !== null && !saved) throw new HelpdeskError('notFound')
  const mailbox = mergeValues({ payload: req.payload, saved, values })
  if (!isValidAddress(mailbox.address))
    throw new HelpdeskError('badAddress', { fields: { address: 'Not valid.' } })
  const { receive, send } = mailbox
  const log = stepLog({ receive: wayTo(receive), send: send.kind === 'smtp' ? wayTo(send) : [] })
  const receives = mailbox.receive.kind === 'imap'
  const sends = mailbox.send.kind === 'site' || mailbox.send.kind === 'smtp'
  const source = receives ? await testReceiving({ req, mailbox, log }) : null
  try {
    if (sends) {
      const isSaved = saved?.address === mailbox.address
      await testTrip({ req, id, isSaved, mailbox, source, log, waitMs })
    }
  } finally {
    await source?.close()
  }
  return { steps: log.steps, ok: log.steps.length > 0 && log.steps.every(({ ok }) => ok) }
}
