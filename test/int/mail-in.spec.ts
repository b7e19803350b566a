import { createLocalReq } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveInlineImages } from '../../src/mail/index.js'
import { readAttachment } from '../../src/operations/readAttachment.js'
import { createRig, mailOf, type Rig } from './mailRig.js'
import { answerTo, messageOf, ticketOf, tripOf } from './threading.trip.js'

// From the journal to a verdict.

let rig: Rig
beforeAll(async () => {
  rig = await createRig({ options: { mail: { maxMessageSize: 300_000 } } })
})
afterAll(() => rig.close())

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const part = (head: string, body: string): string => `--b\r\n${head}\r\n\r\n${body}\r\n`

const filesOf = async (message: unknown) =>
  rig.sql<{
    id: number
    filename: string
    originalName: string
    contentId: string
    inline: boolean
    state: string
  }>(
    `select id, filename, original_name "originalName", content_id "contentId", inline, state
     from ${rig.table('attachments')} where message_id = $1 order by part_index`,
    [message],
  )

describe('a mail', () => {
  it('opens a ticket, with its words, files and pictures', async () => {
    const html = '<p>See <img src="cid:photo@x"> and the file.</p>'
    const body = [
      part('Content-Type: text/html; charset=utf-8', html),
      part(
        'Content-Type: image/png; name=photo.png\r\nContent-ID: <photo@x>\r\nContent-Transfer-Encoding: base64',
        png.toString('base64'),
      ),
      part(
        'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="../../bill.pdf"',
        '%PDF-1.4',
      ),
      '--b--',
    ].join('')
    const headers = {
      'Content-Type': 'multipart/related; boundary=b',
      Subject: 'Hello',
      Cc: 'ben@example.com',
    }
    const entry = await rig.arrive(mailOf(headers, body))
    expect(entry).toMatchObject({ state: 'done', verdict: 'opened', reason: 'newTicket', subject: 'Hello' })
    const ticket = await ticketOf(rig, entry)
    expect(ticket).toMatchObject({ subject: 'Hello', requesterAddress: 'eve@example.com', status: 'open' })
    expect(await rig.participants(ticket.id)).toEqual([
      { address: 'eve@example.com', accepted: true, role: 'requester' },
      { address: 'ben@example.com', accepted: true, role: 'cc' },
    ])
    const [stored] = await rig.sql<{ html: string }>(
      `select html from ${rig.table('messages')} where id = $1`,
      [entry.message],
    )
    const files = await filesOf(entry.message)
    const candidates = files.map(({ originalName: filename, contentId }) => ({
      filename,
      contentId,
      contentType: filename.endsWith('.png') ? 'image/png' : 'application/pdf',
    }))
    const urlOf = ({ filename }: { filename: string | null }) => `/files/${filename}`
    expect(resolveInlineImages(stored!.html, { files: candidates, urlOf })).toContain(
      'src="/files/photo.png"',
    )
    expect(files).toMatchObject([
      { originalName: 'photo.png', contentId: 'photo@x', inline: true, state: 'linked' },
      { originalName: 'bill.pdf', contentId: '', inline: false, state: 'linked' },
    ])
    const req = await createLocalReq({}, rig.payload)
    expect((await readAttachment({ req, attachment: files[0]! })).equals(png)).toBe(true)
    expect(String(await readAttachment({ req, attachment: files[1]! }))).toBe('%PDF-1.4')
  })

  it('keeps a picture that is none, and an empty file, as files', async () => {
    const body = [
      part('Content-Type: text/plain', 'Two odd files.'),
      part(
        'Content-Type: image/png; name=odd.png\r\nContent-Disposition: attachment; filename=odd.png',
        'no picture',
      ),
      part('Content-Type: text/plain\r\nContent-Disposition: attachment; filename=empty.txt', ''),
      '--b--',
    ].join('')
    const entry = await rig.arrive(mailOf({ 'Content-Type': 'multipart/mixed; boundary=b' }, body))
    expect(entry.verdict).toBe('opened')
    expect((await filesOf(entry.message)).map(({ originalName }) => originalName)).toEqual([
      'odd.png',
      'empty.txt',
    ])
  })

  it('to a ticket that was closed long ago opens another one, linked to it', async () => {
    const trip = await tripOf(rig)
    await rig.sql(
      `update ${rig.table('tickets')} set status = 'closed', closed_at = now() - interval '60 days' where id = $1`,
      [trip.ticket.id],
    )
    const entry = await rig.arrive(answerTo(trip))
    expect(entry).toMatchObject({ verdict: 'opened', reason: 'followUp' })
    expect(await ticketOf(rig, entry)).toMatchObject({ followUpOf: trip.ticket.id })
  })

  it('of a blocked sender is left aside', async () => {
    await rig.sql(`insert into ${rig.table('blockedSenders')} (address) values ('pest@example.com')`)
    expect(await rig.arrive(mailOf({ From: 'Pest@Example.com' }))).toMatchObject({
      verdict: 'ignored',
      reason: 'blockedSender',
    })
  })

  it('of a blocked sender is left aside also when it comes through a form of the site', async () => {
    await rig.sql(`insert into ${rig.table('blockedSenders')} (address) values ('pest.form@example.com')`)
    const form = mailOf({ From: 'help@acme.test', 'Reply-To': 'pest.form@example.com' })
    expect(await rig.arrive(form)).toMatchObject({ verdict: 'ignored', reason: 'blockedSender' })
  })

  it('FT19 to two of our mailboxes makes linked tickets, also when both are worked on at once', async () => {
    const billing = await rig.addMailbox('billing@acme.test')
    await rig.receive()
    const subjects = ['To both', 'To both again', 'To both at last']
    for (const Subject of subjects) {
      const raw = mailOf({ To: 'help@acme.test, billing@acme.test', Subject })
      for (const to of ['help@acme.test', 'billing@acme.test']) rig.server.deliver({ to, raw })
    }
    await rig.receive()
    for (const subject of subjects) {
      const both = (await rig.journal()).filter((entry) => entry.subject === subject)
      expect(both.map(({ verdict }) => verdict)).toEqual(['opened', 'opened'])
      expect(both.map(({ reason }) => reason).sort()).toEqual(['alsoReceived', 'newTicket'])
      const tickets = (await rig.tickets()).filter((ticket) => ticket.subject === subject)
      expect(tickets.map(({ mailbox }) => mailbox).sort()).toEqual([rig.mailbox, billing].sort())
      // Either may be the first, whatever their ids: those are reserved before.
      const related = (reason: string) => {
        const { ticket } = both.find((entry) => entry.reason === reason)!
        return [ticket, tickets.find(({ id }) => id === ticket)!.relatedTo]
      }
      const [first, linkOfFirst] = related('newTicket')
      expect([linkOfFirst, related('alsoReceived')[1]]).toEqual([null, first])
    }
  })
})

describe('automatic mail', () => {
  const acknowledging = (acknowledge: boolean) =>
    rig.payload.update({
      collection: 'mailboxes' as never,
      id: rig.mailbox,
      data: { settings: { acknowledge } } as never,
      depth: 0,
      overrideAccess: true,
    })

  it('opens a ticket that says so, and gets no acknowledgement', async () => {
    await acknowledging(true)
    const entry = await rig.arrive(mailOf({ From: 'robot@shop.test', 'Auto-Submitted': 'auto-generated' }))
    expect(entry).toMatchObject({ verdict: 'opened', reason: 'newAutomatic' })
    expect(await ticketOf(rig, entry)).toMatchObject({ automatic: true })
    const person = await rig.arrive(mailOf({ From: 'ida@example.com' }))
    const queued = async (ticket: unknown) =>
      rig.sql(`select kind from ${rig.table('outboundEmails')} where ticket_id = $1`, [ticket])
    expect(await queued(entry.ticket)).toEqual([])
    expect(await queued(person.ticket)).toEqual([{ kind: 'acknowledgement' }])
    await acknowledging(false)
  })

  it('in answer to ours is filed, and reopens nothing', async () => {
    const trip = await tripOf(rig)
    const entry = await rig.arrive(
      answerTo(trip, { 'Auto-Submitted': 'auto-replied', Subject: 'Out of office' }, 'I am away.'),
    )
    expect(entry).toMatchObject({ verdict: 'appended', reason: 'ourMessageId', ticket: trip.ticket.id })
    expect(await messageOf(rig, entry)).toMatchObject({ automatic: true })
    expect((await rig.tickets()).find(({ id }) => id === trip.ticket.id)!.status).toBe('pending')
  })
})

describe('a bounce', () => {
  const report = (to: string, id: string, status: string, action: string) =>
    mailOf(
      {
        From: 'MAILER-DAEMON@mx.example.com',
        Subject: 'Undelivered Mail Returned to Sender',
        'Return-Path': '<>',
        'Content-Type': 'multipart/report; report-type=delivery-status; boundary=b',
      },
      [
        part('Content-Type: text/plain', 'Your mail could not be delivered.'),
        part(
          'Content-Type: message/delivery-status',
          `Reporting-MTA: dns; mx.example.com\r\n\r\nFinal-Recipient: rfc822; ${to}\r\nAction: ${action}\r\nStatus: ${status}\r\nDiagnostic-Code: smtp; 550 no such user`,
        ),
        part('Content-Type: text/rfc822-headers', `Message-ID: ${id}\r\nTo: ${to}`),
        '--b--',
      ].join(''),
    )
  const ticketNow = async (id: unknown) =>
    (
      await rig.sql(`select status, delivery_problem problem from ${rig.table('tickets')} where id = $1`, [
        id,
      ])
    )[0]

  it('goes to the mail that bounced, marks address and delivery, and the ticket comes back', async () => {
    const trip = await tripOf(rig)
    const late = await rig.arrive(report(trip.customer, trip.ours.id, '4.4.1', 'delayed'))
    expect(late).toMatchObject({ verdict: 'bounce', reason: 'bounce', ticket: trip.ticket.id })
    expect(await ticketNow(trip.ticket.id)).toEqual({ status: 'pending', problem: false })
    const entry = await rig.arrive(report(trip.customer, trip.ours.id, '5.1.1', 'failed'))
    expect(entry).toMatchObject({ verdict: 'bounce', reason: 'bounce', ticket: trip.ticket.id })
    expect(await ticketNow(trip.ticket.id)).toEqual({ status: 'open', problem: true })
    const [message] = await rig.sql(
      `select delivery, delivery_error error from ${rig.table('messages')} where id = $1`,
      [entry.message],
    )
    expect(message).toMatchObject({ delivery: 'bounced', error: expect.stringContaining('no such user') })
    const [address] = await rig.sql(`select state from ${rig.table('contactAddresses')} where address = $1`, [
      trip.customer,
    ])
    expect(address).toEqual({ state: 'bouncing' })
    expect((await rig.messages(trip.ticket.id)).length).toBe(2)
  })

  it('of a mail that is not ours stays in the journal, and touches no address that we did not write to', async () => {
    const tickets = (await rig.tickets()).length
    const entry = await rig.arrive(report('eve@example.com', '<foreign@example.com>', '5.1.1', 'failed'))
    expect(entry).toMatchObject({ state: 'done', verdict: 'bounce', reason: 'bounceUnmatched', ticket: null })
    const trip = await tripOf(rig)
    await rig.arrive(report('eve@example.com', trip.ours.id, '5.1.1', 'failed'))
    expect(await ticketNow(trip.ticket.id)).toEqual({ status: 'pending', problem: false })
    expect((await rig.tickets()).length).toBe(tickets + 1)
    const marked = await rig.sql(
      `select 1 from ${rig.table('contactAddresses')} where address = 'eve@example.com' and state <> 'ok'`,
    )
    expect(marked).toEqual([])
  })
})

describe('a mail that is too large', () => {
  it('G04 is known by its beginning, and fetched whole when somebody asks', async () => {
    const { fetchAnyway } = await import('../../src/mail/index.js')
    const body = [
      part('Content-Type: text/plain; charset=utf-8', 'The beginning is short.'),
      part(
        'Content-Type: application/zip\r\nContent-Disposition: attachment; filename=big.zip',
        'z'.repeat(400_000),
      ),
      '--b--',
    ].join('')
    const raw = mailOf({ Subject: 'Big', 'Content-Type': 'multipart/mixed; boundary=b' }, body)
    const entry = await rig.arrive(raw)
    expect(entry).toMatchObject({
      state: 'quarantined',
      verdict: 'tooLarge',
      reason: 'tooLarge',
      subject: 'Big',
    })
    const { readRaw } = await import('../../src/mail/index.js')
    const req = await createLocalReq({}, rig.payload)
    const kept = String(await readRaw({ req, inboundEmail: entry.id }))
    expect(kept).toContain('The beginning is short.')
    expect(kept.length).toBeLessThan(10_000)
    const after = await rig.arrive(mailOf({ Subject: 'After the big one' }))
    expect(after.verdict).toBe('opened')
    await fetchAnyway({ req, overrideAccess: true, inboundEmail: entry.id })
    await rig.receive()
    const whole = (await rig.journal()).find(({ id }) => id === entry.id)!
    expect(whole).toMatchObject({ state: 'done', verdict: 'opened' })
    expect((await messageOf(rig, whole)).text).toBe('The beginning is short.')
    expect((await filesOf(whole.message))[0]).toMatchObject({ originalName: 'big.zip', state: 'linked' })
  })
})

describe('the journal', () => {
  it('has a verdict and a sentence for every mail', async () => {
    const rows = await rig.journal()
    expect(rows.length).toBeGreaterThan(15)
    for (const { state, verdict, explanation } of rows) {
      expect(['done', 'quarantined']).toContain(state)
      expect(verdict).toBeTruthy()
      expect(explanation).toMatch(/[a-z].*\.$/)
    }
  })
})

describe('a COMMIT that fails', () => {
  const refuse = async (table: string, condition: string) => {
    await rig.sql(
      `create or replace function refuse_intake() returns trigger language plpgsql as
       $$ begin if ${condition} then raise exception 'no'; end if; return null; end $$`,
    )
    await rig.sql(
      `create constraint trigger late after insert on ${table} deferrable initially deferred
       for each row execute function refuse_intake()`,
    )
    return () => rig.sql(`drop trigger late on ${table}`)
  }
  const cursor = async () =>
    (
      await rig.sql(`select last_uid from ${rig.table('mailboxState')} where mailbox_id = $1`, [rig.mailbox])
    )[0]

  it('while fetching is reported, the cursor stays, and the mail comes in afterwards', async () => {
    const before = await cursor()
    const allow = await refuse(rig.table('inboundEmails'), 'true')
    rig.server.deliver({ to: 'help@acme.test', raw: mailOf({ Subject: 'Refused at first' }) })
    await rig.receive()
    expect(await cursor()).toEqual(before)
    const [health] = await rig.sql(
      `select health, error_code code, error from ${rig.table('mailboxState')} where mailbox_id = $1`,
      [rig.mailbox],
    )
    expect(health).toEqual({
      health: 'warning',
      code: 'internal',
      error: expect.stringMatching(/went wrong on this site: .*no/),
    })
    await allow()
    await rig.receive()
    const [entry, ...more] = (await rig.journal()).filter(({ subject }) => subject === 'Refused at first')
    expect(more).toEqual([])
    expect(entry).toMatchObject({ verdict: 'opened' })
  })

  it('of one mail in a batch costs that mail a try, the others come in', async () => {
    const allow = await refuse(rig.table('messages'), `new.subject = 'Refused'`)
    const subjects = ['Good one', 'Refused', 'Good two']
    await rig.take(subjects.map((Subject) => mailOf({ Subject })))
    const rows = async () =>
      (
        await rig.sql<{ state: string; attempts: number; error: string; subject: string | null }>(
          `select j.state, j.attempts::int attempts, j.error, m.subject from ${rig.table('inboundEmails')} j
         left join ${rig.table('messages')} m on m.id = j.message_id order by j.id desc limit 3`,
        )
      ).reverse()
    expect(await rows()).toMatchObject([
      { state: 'done', subject: 'Good one' },
      { state: 'received', subject: null, attempts: 1, error: expect.stringContaining('no') },
      { state: 'done', subject: 'Good two' },
    ])
    await allow()
    await rig.sql(`update ${rig.table('inboundEmails')} set next_try_at = null where state = 'received'`)
    await rig.run('mail.process')
    expect((await rows())[1]).toMatchObject({ state: 'done', subject: 'Refused' })
    expect((await rig.tickets()).filter(({ subject }) => subject === 'Refused').length).toBe(1)
  })
})
