import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getHelpdesk } from '../../src/core/config.js'
import { outboundWork } from '../../src/mail/outbound/deliver.js'
import { header } from './mail-out.desk.js'
import { context, createRig, mailOf, type Rig } from './mailRig.js'

// What providers and machines report: it is nobody's matter, but a complaint is heard.

let rig: Rig
beforeAll(async () => {
  rig = await createRig({ settings: { acknowledge: true } })
})
afterAll(() => rig.close())

const send = async () => {
  const [deliver] = outboundWork(getHelpdesk(rig.payload))
  while ((await deliver!.run(context(rig.payload))).more);
}

const stateOf = async (address: string) =>
  (
    await rig.sql<{ state: string; reason: string | null }>(
      `select state, state_reason reason from ${rig.table('contactAddresses')} where address = $1`,
      [address],
    )
  )[0]

/** A customer writes and is acknowledged; the acknowledgement as it arrived. */
const acknowledged = async (address: string) => {
  const entry = await rig.arrive(mailOf({ From: address, Subject: `From ${address}` }))
  await send()
  return { entry, mail: rig.server.mailbox(address)[0]! }
}

type Complaint = { type?: string; recipient?: string | null; messageId: string; from?: string }

/** As a provider's feedback loop sends it (RFC 5965). */
const complaintOf = ({
  type = 'abuse',
  recipient,
  messageId,
  from = 'fbl@provider.test',
}: Complaint): string =>
  mailOf(
    {
      From: from,
      Subject: 'FW: We have received your message',
      'Content-Type': 'multipart/report; report-type=feedback-report; boundary=b',
    },
    [
      '--b',
      'Content-Type: text/plain',
      '',
      'This is an email abuse report.',
      '--b',
      'Content-Type: message/feedback-report',
      '',
      `Feedback-Type: ${type}`,
      'User-Agent: Provider/1.0',
      'Version: 1',
      ...(recipient ? [`Original-Rcpt-To: <${recipient}>`] : []),
      '',
      '--b',
      'Content-Type: message/rfc822',
      '',
      'From: help@acme.test',
      'Subject: We have received your message',
      `Message-ID: ${messageId}`,
      '',
      'Thank you for writing.',
      '--b--',
    ].join('\r\n'),
  )

const bounceOf = (address: string, messageId: string, status = '5.1.1'): string =>
  mailOf(
    {
      From: 'MAILER-DAEMON@mx.example.com',
      Subject: 'Undelivered Mail Returned to Sender',
      'Return-Path': '<>',
      'Content-Type': 'multipart/report; report-type=delivery-status; boundary=b',
    },
    [
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example.com',
      '',
      `Final-Recipient: rfc822; ${address}`,
      'Action: failed',
      `Status: ${status}`,
      '',
      '--b',
      'Content-Type: text/rfc822-headers',
      '',
      `Message-ID: ${messageId}`,
      '--b--',
    ].join('\r\n'),
  )

const ticketCount = async () => (await rig.tickets()).length

describe('F08 a complaint', () => {
  it('stops automatic mail to that address, and opens nothing', async () => {
    const { mail, entry } = await acknowledged('cora@example.com')
    const before = await ticketCount()
    const report = await rig.arrive(
      complaintOf({ recipient: 'Cora@Example.com', messageId: header(mail, 'Message-ID')! }),
    )
    expect(report).toMatchObject({ verdict: 'ignored', reason: 'complaint', ticket: entry.ticket })
    expect(await ticketCount()).toBe(before)
    expect(await stateOf('cora@example.com')).toMatchObject({
      state: 'blocked',
      reason: expect.stringMatching(/complaint$/),
    })
    const next = await rig.arrive(mailOf({ From: 'cora@example.com', Subject: 'Another matter' }))
    await send()
    expect(next.verdict).toBe('opened')
    expect(rig.server.mailbox('cora@example.com')).toHaveLength(1)
    expect(rig.server.mailbox('fbl@provider.test')).toHaveLength(0)
  })

  it('is known by its mail where the provider has taken the address out', async () => {
    const { mail } = await acknowledged('dan@example.com')
    await rig.arrive(complaintOf({ recipient: null, messageId: header(mail, 'Message-ID')! }))
    expect(await stateOf('dan@example.com')).toMatchObject({ state: 'blocked' })
  })

  it('that is forged marks nobody: of a mail that is not ours, of somebody it did not go to, or no complaint', async () => {
    const { mail } = await acknowledged('erin@example.com')
    await acknowledged('fred@example.com')
    const messageId = header(mail, 'Message-ID')!
    const before = await ticketCount()
    const forged = [
      complaintOf({ recipient: 'erin@example.com', messageId: '<guessed@acme.test>' }),
      complaintOf({ recipient: 'fred@example.com', messageId }),
      complaintOf({ recipient: 'erin@example.com', messageId, type: 'not-spam' }),
    ]
    for (const raw of forged) expect((await rig.arrive(raw)).verdict).toBe('ignored')
    expect(await stateOf('erin@example.com')).toMatchObject({ state: 'ok' })
    expect(await stateOf('fred@example.com')).toMatchObject({ state: 'ok' })
    expect(await ticketCount()).toBe(before)
  })
})

describe('an address that has bounced', () => {
  const bounced = async (address: string, at: Date, state = 'bouncing') => {
    await acknowledged(address)
    await rig.sql(
      `update ${rig.table('contactAddresses')} set state = $2, state_reason = $3 where address = $1`,
      [address, state, `${at.toISOString()} 550 5.1.1 No such user`],
    )
  }
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)
  const write = async (From: string, headers: Record<string, string> = {}) => {
    const entry = await rig.arrive(mailOf({ From, Subject: `Again ${Math.random()}`, ...headers }))
    await send()
    return entry
  }

  it('takes mail again once its owner writes from it, the day after', async () => {
    await bounced('hana@example.com', daysAgo(2))
    expect((await write('hana@example.com')).verdict).toBe('opened')
    expect(await stateOf('hana@example.com')).toEqual({ state: 'ok', reason: '' })
    expect(rig.server.mailbox('hana@example.com')).toHaveLength(2)
  })

  it('F03 does not on the same day, nor for a machine’s mail, nor where its owner wants none', async () => {
    await bounced('ivan@example.com', daysAgo(0))
    await write('ivan@example.com')
    await bounced('jo@example.com', daysAgo(2))
    await write('jo@example.com', { 'Auto-Submitted': 'auto-replied' })
    await bounced('kay@example.com', daysAgo(2), 'blocked')
    await write('kay@example.com')
    // Written before the bounce, and moved into the folder only now.
    await bounced('lou@example.com', daysAgo(2))
    await write('lou@example.com', { Date: daysAgo(3).toUTCString() })
    expect(await stateOf('ivan@example.com')).toMatchObject({ state: 'bouncing' })
    expect(await stateOf('jo@example.com')).toMatchObject({ state: 'bouncing' })
    expect(await stateOf('kay@example.com')).toMatchObject({ state: 'blocked' })
    expect(await stateOf('lou@example.com')).toMatchObject({ state: 'bouncing' })
    for (const name of ['ivan', 'jo', 'kay', 'lou'])
      expect(rig.server.mailbox(`${name}@example.com`)).toHaveLength(1)
  })

  it('F03 counts from the last bounce, also of an acknowledgement that was cancelled after a try without an answer', async () => {
    const { mail } = await acknowledged('mia@example.com')
    await rig.sql(
      `update ${rig.table('contactAddresses')} set state = 'bouncing', state_reason = $2 where address = $1`,
      ['mia@example.com', `${daysAgo(2).toISOString()} 550 5.1.1 No such user`],
    )
    await rig.sql(
      `update ${rig.table('outboundEmails')} set state = 'cancelled', sending_attempts = 1, error_code = 'takesNoMail' where internet_message_id = $1`,
      [header(mail, 'Message-ID')],
    )
    const report = await rig.arrive(bounceOf('mia@example.com', header(mail, 'Message-ID')!))
    expect(report).toMatchObject({ verdict: 'bounce', reason: 'bounce' })
    const rows = await rig.sql(
      `select state, error_code code from ${rig.table('outboundEmails')} where internet_message_id = $1`,
      [header(mail, 'Message-ID')],
    )
    expect(rows).toEqual([{ state: 'bounced', code: '' }])
    await write('mia@example.com')
    expect(await stateOf('mia@example.com')).toMatchObject({ state: 'bouncing' })
    // One that never left is nobody's.
    await rig.sql(
      `update ${rig.table('outboundEmails')} set state = 'cancelled', sending_attempts = 0 where internet_message_id = $1`,
      [header(mail, 'Message-ID')],
    )
    const again = await rig.arrive(bounceOf('mia@example.com', header(mail, 'Message-ID')!, '5.1.2'))
    expect(again).toMatchObject({ verdict: 'bounce', reason: 'bounceUnmatched' })
  })

  it('A17 does not where the mailbox’s own server has not proven who wrote', async () => {
    const trust = (trustedAuthservId: string | null) =>
      rig.payload.update({
        collection: 'mailboxes' as never,
        id: rig.mailbox,
        data: { settings: { trustedAuthservId } } as never,
        overrideAccess: true,
      })
    await trust('mx.acme.test')
    const proof = (dmarc: string) => ({
      'Authentication-Results': `mx.acme.test; dmarc=${dmarc} header.from=example.com`,
    })
    await bounced('nia@example.com', daysAgo(2))
    await write('nia@example.com', proof('fail'))
    expect(await stateOf('nia@example.com')).toMatchObject({ state: 'bouncing' })
    await write('nia@example.com', proof('pass'))
    expect(await stateOf('nia@example.com')).toMatchObject({ state: 'ok' })
    await trust(null)
  })
})

describe('F08 reports of machines', () => {
  it('on the authentication of mail, and receipts for mails that are not ours, fill no list', async () => {
    const before = await ticketCount()
    const dmarc = mailOf(
      {
        From: 'noreply-dmarc-support@google.com',
        Subject: 'Report domain: acme.test Submitter: google.com Report-ID: 1',
        'Content-Type': 'application/zip; name="google.com!acme.test!1741000000!1741086399.zip"',
        'Content-Transfer-Encoding': 'base64',
      },
      'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==',
    )
    const receipt = (headers: Record<string, string> = {}) =>
      mailOf(
        { 'Content-Type': 'multipart/report; report-type=disposition-notification; boundary=b', ...headers },
        '--b\r\nContent-Type: text/plain\r\n\r\nIt was displayed.\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--b--',
      )
    expect(await rig.arrive(dmarc)).toMatchObject({ verdict: 'ignored', reason: 'dmarcReport' })
    expect(await rig.arrive(receipt())).toMatchObject({ verdict: 'ignored', reason: 'readReceipt' })
    expect(await ticketCount()).toBe(before)

    const { mail, entry } = await acknowledged('gus@example.com')
    const known = await rig.arrive(
      receipt({ From: 'gus@example.com', 'In-Reply-To': header(mail, 'Message-ID')! }),
    )
    expect(known).toMatchObject({ verdict: 'appended', ticket: entry.ticket })
  })

  it('of a person who writes about such a report become a ticket', async () => {
    const entry = await rig.arrive(
      mailOf({ Subject: 'Report domain: acme.test Submitter: google.com' }, 'What is this mail you sent me?'),
    )
    expect(entry.verdict).toBe('opened')
  })
})
