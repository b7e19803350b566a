import { setTimeout as wait } from 'node:timers/promises'
import { inspect } from 'node:util'
import { createLocalReq } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { header } from './mail-out.desk.js'
import { filesOf, mixed, part, withParts } from './mailParts.js'
import { createRig, mailOf, type Rig } from './mailRig.js'
import { messageOf, ticketOf } from './threading.trip.js'

// Mails that are built to harm, lie or flood, from the mailbox to what is stored and mailed.

let rig: Rig
/** What the site wrote into its log. */
const log: string[] = []

beforeAll(async () => {
  rig = await createRig({
    settings: { acknowledge: true },
    options: { mail: { automatic: { perHour: 50 } } },
  })
  const { logger } = rig.payload
  for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const)
    logger[level] = ((...said: unknown[]) => log.push(inspect([level, ...said], { depth: 9 }))) as never
})
afterAll(() => rig.close())

describe('M03 a Date that lies', () => {
  const dates = {
    'of the year 2099': 'Fri, 27 Nov 2099 10:00:00 +0000',
    'of 1970': 'Thu, 01 Jan 1970 00:00:00 +0000',
    'that is none': 'yesterday, I think',
    'that is missing': null,
  }
  for (const [name, date] of Object.entries(dates))
    it(`${name}: the ticket waits since it arrived`, async () => {
      const entry = await rig.arrive(mailOf({ Date: date }))
      const [row] = await rig.sql<{ waits: number; active: number }>(
        `select extract(epoch from now() - waiting_since)::float8 waits,
           extract(epoch from now() - last_activity_at)::float8 active
         from ${rig.table('tickets')} where id = $1`,
        [entry.ticket],
      )
      expect(row!.waits).toBeGreaterThan(-5)
      expect(row!.waits).toBeLessThan(30)
      expect(row!.active).toBeGreaterThan(-5)
      expect(row!.active).toBeLessThan(30)
    })
})

describe('M07 encrypted and signed mail', () => {
  it('PGP: kept as its files, and no header says for us that a signature is good', async () => {
    const entry = await rig.arrive(
      mailOf(
        {
          'Content-Type': 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
          'X-PGP-Signature': 'verified; trusted=yes',
          'X-RT-Sign': '1',
        },
        mixed(
          part('Content-Type: application/pgp-encrypted', 'Version: 1'),
          part(
            'Content-Type: application/octet-stream; name="encrypted.asc"',
            '-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----',
          ),
        ),
      ),
    )
    expect(entry).toMatchObject({ verdict: 'opened', state: 'done' })
    expect((await filesOf(rig, entry.message)).map(({ name }) => name)).toContain('encrypted.asc')
    expect(await ticketOf(rig, entry)).toMatchObject({ requesterVerified: false })
  })

  it('S/MIME, whole and signed with a signature that is broken: readable, the signature a file', async () => {
    const whole = await rig.arrive(
      mailOf(
        {
          'Content-Type': 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
          'Content-Transfer-Encoding': 'base64',
          'Content-Disposition': 'attachment; filename="smime.p7m"',
        },
        Buffer.from('enveloped').toString('base64'),
      ),
    )
    expect(whole.verdict).toBe('opened')
    expect(await filesOf(rig, whole.message)).toMatchObject([{ name: 'smime.p7m', state: 'linked' }])
    const signed = await rig.arrive(
      mailOf(
        { 'Content-Type': 'multipart/signed; protocol="application/pkcs7-signature"; boundary=b' },
        mixed(
          part('Content-Type: text/plain', 'My signed lamp is broken.'),
          part('Content-Type: application/pkcs7-signature; name="smime.p7s"', 'no signature'),
        ),
      ),
    )
    expect((await messageOf(rig, signed)).text).toBe('My signed lamp is broken.')
    expect((await filesOf(rig, signed.message)).map(({ name }) => name)).toEqual(['smime.p7s'])
    expect(await ticketOf(rig, signed)).toMatchObject({ requesterVerified: false })
  })
})

describe('names that are templates or markup', () => {
  const name = ['{{constructor}} {{desk}} $', '{7*7} %{secret} <a href="https://evil.test">'].join('')
  const Subject = 'Win {{number}} <h1>now</h1>'

  it('E04 E05 stay words in what we mail: the acknowledgement and an answer', async () => {
    const entry = await rig.arrive(
      mailOf({ From: `"${name.replaceAll('"', '\\"')}" <templates@example.com>`, Subject }),
    )
    const ticket = await ticketOf(rig, entry)
    await rig.reply(ticket)
    const mails = rig.server.mailbox('templates@example.com')
    expect(mails.map((mail) => header(mail, 'Subject'))).toEqual([
      `Your request #${ticket.number}`,
      `Re: ${Subject}`,
    ])
    for (const mail of mails) {
      const html = mail.text.slice(mail.text.indexOf('text/html')).replace(/=\r\n/g, '')
      expect(html).not.toMatch(/<h1|<a href="?3?D?"?https:\/\/evil/)
      expect(mail.text.slice(mail.text.indexOf('\r\n\r\n'))).not.toMatch(/\b49\b|function Object/)
    }
  })

  it('E07 From is the mailbox, and nothing of the customer is in From, Sender or the envelope', async () => {
    const entry = await rig.arrive(
      mailOf({ From: 'Ed <ed@example.com>', 'Reply-To': 'help@acme.test', Sender: 'ceo@acme.test' }),
    )
    rig.server.submissions.length = 0
    await rig.reply(await ticketOf(rig, entry))
    const answer = await rig.server.waitFor('ed@example.com', ({ text }) => text.includes('Re: Broken lamp'))
    expect(header(answer, 'From')).toMatch(/ <help@acme\.test>$|^help@acme\.test$/)
    expect(header(answer, 'Sender')).toBeUndefined()
    expect(header(answer, 'Reply-To')).toMatch(/help(\+[^@]+)?@acme\.test/)
    const envelopes = rig.server.submissions.map(({ envelope }) => envelope.from)
    expect(envelopes.length).toBeGreaterThan(0)
    // Automatic mail has the empty return path, answers have the mailbox's address.
    expect(envelopes.every((from) => from === '' || from === 'help@acme.test')).toBe(true)
  })
})

describe('F10 a flood from one sender', () => {
  /** How long the inbox takes to answer while mail is received, and the mail to the other mailbox to be there. */
  const inboxDuring = async (receiving: Promise<void>) => {
    const user = rig.site.users.manager
    const started = performance.now()
    const took = { tries: 0, slowest: 0, alone: Number.POSITIVE_INFINITY }
    let isOver = false
    const received = receiving.finally(() => {
      isOver = true
    })
    while (!isOver) {
      const begun = performance.now()
      const { status } = await rig.site.rest('GET', '/helpdesk/inbox/tickets', { user })
      expect(status).toBe(200)
      took.tries += 1
      took.slowest = Math.max(took.slowest, Math.round(performance.now() - begun))
      const isThere = (await rig.journal()).some(
        ({ subject, state }) => subject === 'Alone' && state === 'done',
      )
      if (isThere) took.alone = Math.min(took.alone, Math.round(performance.now() - started))
      await wait(50)
    }
    await received
    return took
  }

  it('waits behind itself: others’ mail and the inbox are not kept, all of it is, and few are answered', async () => {
    const billing = await rig.addMailbox('billing@acme.test')
    await rig.sql(`update ${rig.table('mailboxState')} set next_try_at = null`)
    await rig.run('mail.fetch')
    const flood = Array.from({ length: 300 }, () => mailOf({ From: 'flood@example.com' }))
    flood.splice(200, 0, mailOf({ From: 'neighbour@example.com' }))
    for (const raw of flood) rig.server.deliver({ to: 'help@acme.test', raw })
    rig.server.deliver({
      to: 'billing@acme.test',
      raw: mailOf({ To: 'billing@acme.test', Subject: 'Alone' }),
    })
    const took = await inboxDuring(rig.receive())
    console.info(
      `300 mails: ${took.tries} looks at the inbox, the slowest ${took.slowest} ms; alone ${took.alone} ms`,
    )
    expect(took.tries).toBeGreaterThan(2)
    expect(took.slowest).toBeLessThan(3000)
    expect(took.alone).toBeLessThan(20_000)
    const rows = await rig.sql<{ subject: string; state: string; from: string; before: number }>(
      `select subject, state, from_address "from",
         (select count(*)::int from ${rig.table('inboundEmails')} other
          where other.from_address = 'flood@example.com' and other.done_at < mail.done_at) before
       from ${rig.table('inboundEmails')} mail 
       where mailbox_id = $1 or from_address in ('flood@example.com', 'neighbour@example.com')`,
      [billing],
    )
    expect(rows.filter(({ from }) => from === 'flood@example.com').length).toBe(300)
    expect(rows.every(({ state }) => state === 'done')).toBe(true)
    expect(rows.find(({ subject }) => subject === 'Alone')!.before).toBeLessThan(150)
    const answersTo = async (address: string) =>
      (
        await rig.sql(`select 1 from ${rig.table('outboundEmails')} where recipients::text like $1`, [
          `%${address}%`,
        ])
      ).length
    expect(await answersTo('flood@example.com')).toBeLessThanOrEqual(3)
    expect(rows.filter(({ from }) => from === 'neighbour@example.com').length).toBe(1)
    expect(await answersTo('neighbour@example.com')).toBe(1)
  })
})

describe('FT29 a mail that the server will not move', () => {
  const change = async (receive: object) =>
    rig.payload.update({
      collection: 'mailboxes' as never,
      id: rig.mailbox,
      data: { receive } as never,
      depth: 0,
      overrideAccess: true,
      req: await createLocalReq({}, rig.payload),
    })
  const state = async () =>
    (
      await rig.sql<{ health: string; code: string | null }>(
        `select health, error_code code from ${rig.table('mailboxState')} where mailbox_id = $1`,
        [rig.mailbox],
      )
    )[0]!

  it('comes once, the mailbox says why, and goes on receiving', async () => {
    await change({ afterwards: 'move', moveTo: 'No such folder' })
    await rig.arrive(mailOf({ Subject: 'Not to be moved' }))
    await rig.receive()
    expect(await state()).toEqual({ health: 'warning', code: 'filing' })
    await rig.receive()
    expect(await rig.arrive(mailOf({ Subject: 'Behind it' }))).toMatchObject({ verdict: 'opened' })
    const found = (await rig.journal()).filter(({ subject }) => subject === 'Not to be moved')
    expect(found).toMatchObject([{ verdict: 'opened' }])
    await change({ afterwards: 'leave', moveTo: '' })
  })
})

describe('I06 the log', () => {
  it('has neither words nor people of the mails above, nor a password', async () => {
    await rig.arrive(mailOf({ Subject: 'Zanzibar' }, 'My password is Quagga-77.'))
    const wrong = await rig.addMailbox('locked@acme.test', {
      receive: {
        kind: 'imap',
        ...rig.server.imap,
        security: 'none',
        user: 'locked@acme.test',
        password: 'Okapi-88',
      },
    })
    await rig.receive()
    const [row] = await rig.sql<{ code: string }>(
      `select error_code code from ${rig.table('mailboxState')} where mailbox_id = $1`,
      [wrong],
    )
    expect(row?.code).toBe('auth')
    expect(log.join('\n')).not.toMatch(/Zanzibar|Quagga|Okapi|correct horse|templates@example\.com|broken/)
  })

  it('tells of a fault of the database without the row that it refused', async () => {
    await rig.sql(
      `alter table ${rig.table('messages')} add constraint refused check (text not like '%Numbat%') not valid`,
    )
    const before = log.length
    try {
      const { ticket } = await rig.arrive(mailOf({ Subject: 'A note will fail' }))
      const { status } = await rig.site.rest('POST', `/helpdesk/tickets/${ticket}/note`, {
        user: rig.site.users.manager,
        body: { text: 'Numbat: offer half.' },
      })
      expect(status).toBe(500)
      await rig.arrive(mailOf({ Subject: 'Dugong' }, 'Numbat')).catch(() => undefined)
    } finally {
      await rig.sql(`alter table ${rig.table('messages')} drop constraint refused`)
    }
    const said = log.slice(before).join('\n')
    expect(said).toMatch(/constraint.{1,5}refused/)
    expect(said).not.toMatch(/Numbat|Dugong|eve@example|offer half/)
  })

  it('tells of one that Payload’s own statement met without its values', async () => {
    await rig.sql(
      `alter table ${rig.table('attachments')} add constraint no_narwhal check (original_name not like 'Narwhal%') not valid`,
    )
    const before = log.length
    try {
      const named = part(
        'Content-Type: text/plain; name="Narwhal.txt"\nContent-Disposition: attachment; filename="Narwhal.txt"',
        'x',
      )
      await rig
        .arrive(
          mailOf(
            { Subject: 'A file will fail', ...withParts },
            mixed(part('Content-Type: text/plain', 'See it.'), named),
          ),
        )
        .catch(() => undefined)
    } finally {
      await rig.sql(`alter table ${rig.table('attachments')} drop constraint no_narwhal`)
    }
    const [entry] = await rig.sql<{ error: string }>(
      `select error from ${rig.table('inboundEmails')} order by id desc limit 1`,
    )
    const [mailbox] = await rig.sql<{ error: string }>(
      `select error from ${rig.table('mailboxState')} where mailbox_id = $1`,
      [rig.mailbox],
    )
    expect(mailbox!.error).toContain('no_narwhal')
    // Once, not of the error and its cause again.
    expect(entry!.error.split('no_narwhal')).toHaveLength(2)
    const said = `${log.slice(before).join('\n')} ${entry!.error} ${mailbox!.error}`
    expect(said).toContain('no_narwhal')
    expect(said).not.toContain('Narwhal.txt')
  })
})
