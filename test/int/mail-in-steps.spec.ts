import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createLocalReq } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Step } from '../../src/index.js'
import { discardMail, retryMail, ticketFromMail } from '../../src/mail/index.js'
import { mixed, part, withParts } from './mailParts.js'
import { createRig, mailOf, type Rig } from './mailRig.js'
import { ticketOf } from './threading.trip.js'

// What a site adds to the steps, and what becomes of mails on which they fail.

let faulty = true
const seen: string[] = []

const refuseRecruiters: Step = {
  name: 'refuseRecruiters',
  when: 'before',
  run: ({ mail, decision }) => {
    if (!/exciting opportunity/i.test(mail.subject)) return
    decision.verdict = 'ignored'
    decision.reason = 'siteStep'
    decision.detail = 'Recruiters.'
  },
}
const failsOnPoison: Step = {
  name: 'failsOnPoison',
  run: ({ mail }) => {
    if (faulty && mail.subject.startsWith('Poison')) throw new Error('The site’s own step is broken.')
  },
}
const raisesPriority: Step = {
  name: 'raisesPriority',
  when: 'after',
  run: async ({ req, decision, mail }) => {
    seen.push(`${mail.subject}: ${decision.verdict}`)
    if (decision.verdict !== 'opened' || !/urgent/i.test(mail.subject)) return
    const { changePriority } = await import('../../src/index.js')
    await changePriority({ req, overrideAccess: true, ticket: decision.ticket!, priority: 'urgent' })
  },
}

let rig: Rig
beforeAll(async () => {
  rig = await createRig({
    options: {
      mail: {
        attempts: { inbound: 2 },
        steps: ({ defaultSteps }) => [
          refuseRecruiters,
          failsOnPoison,
          ...defaultSteps.filter(({ name }) => name !== 'acknowledge'),
          raisesPriority,
        ],
      },
    },
    settings: { acknowledge: true },
  })
})
afterAll(() => rig.close())

const again = async () => {
  await rig.sql(`update ${rig.table('inboundEmails')} set next_try_at = null where state = 'received'`)
  await rig.run('mail.process')
}
const entry = async (subject: string) => {
  const [found] = await rig.sql<{
    id: number
    state: string
    verdict: string
    reason: string
    error: string
    ticket: number
  }>(
    `select id, state, verdict, reason, error, ticket_id ticket from ${rig.table('inboundEmails')}
     where id in (select inbound_email_id from ${rig.table('rawSources')}) and (subject = $1 or $1 = '') order by id desc`,
    [subject],
  )
  return found!
}
const args = async (id: number) => ({
  req: await createLocalReq({}, rig.payload),
  overrideAccess: true,
  inboundEmail: id,
})

describe('a site’s own steps', () => {
  it('decide before the others, and the sentence of the verdict is theirs', async () => {
    const found = await rig.arrive(mailOf({ Subject: 'An exciting opportunity' }))
    expect(found).toMatchObject({ state: 'done', verdict: 'ignored', reason: 'siteStep' })
    expect(found.explanation).toBe('A step of this site decided. Recruiters.')
    expect(await rig.tickets()).toEqual([])
  })

  it('run once the verdict is known, in the same transaction, and default steps can be left out', async () => {
    const found = await rig.arrive(mailOf({ Subject: 'Urgent: no light' }))
    const [ticket] = await rig.sql(`select priority from ${rig.table('tickets')} where id = $1`, [
      found.ticket,
    ])
    expect(ticket).toEqual({ priority: 'urgent' })
    expect(seen).toContain('Urgent: no light: opened')
    expect(await rig.sql(`select 1 from ${rig.table('outboundEmails')}`)).toEqual([])
  })
})

describe('FT26 G09 a mail on which a step fails', () => {
  const poison = async (subject: string) => {
    faulty = true
    await rig.take([mailOf({ Subject: subject }), mailOf({ Subject: `After ${subject}` })])
    await again()
    const [found] = await rig.sql<{ id: number; state: string; reason: string; error: string; from: string }>(
      `select id, state, reason, error, from_address "from" from ${rig.table('inboundEmails')}
       where state = 'quarantined' and subject = $1`,
      [subject],
    )
    return found!
  }

  it('leaves nothing, is tried again, set aside with its error, and keeps no other waiting', async () => {
    const found = await poison('Poison one')
    expect(found).toMatchObject({
      state: 'quarantined',
      reason: 'failed',
      from: 'eve@example.com',
      error: expect.stringContaining('own step'),
    })
    const subjects = (await rig.tickets()).map(({ subject }) => subject)
    expect(subjects).toContain('After Poison one')
    expect(subjects).not.toContain('Poison one')
    expect(await rig.sql(`select 1 from ${rig.table('messages')} where subject = 'Poison one'`)).toEqual([])
  })

  it('first in the folder of a mail server: ten behind it come in, and the mailbox says that one is set aside', async () => {
    faulty = true
    const subjects = ['Poison first', ...Array.from({ length: 10 }, (_, index) => `Good ${index}`)]
    for (const subject of subjects)
      rig.server.deliver({ to: 'help@acme.test', raw: mailOf({ Subject: subject }) })
    await rig.receive()
    await again()
    const came = (await rig.journal()).filter(({ subject }) => subjects.includes(subject))
    expect(came.map(({ subject, state, verdict }) => [subject, state, verdict])).toEqual([
      ['Poison first', 'quarantined', 'quarantined'],
      ...subjects.slice(1).map((subject) => [subject, 'done', 'opened']),
    ])
    const get = (path: string) =>
      rig.site.rest<Record<string, unknown>>('GET', `/helpdesk${path}`, { user: rig.site.users.manager })
    const health = await get(`/mailboxes/${rig.mailbox}/health`)
    expect(health.body['quarantined']).toBeGreaterThan(0)
    expect((await get('/inbox/overview')).body['quarantined']).toBe(health.body['quarantined'])
    const source = await get(`/quarantine/${came[0]!.id}/source`)
    expect(await source.response.text()).toContain('Subject: Poison first')
  })

  it('becomes a ticket by Retry when the fault is gone, once', async () => {
    const found = await poison('Poison two')
    faulty = false
    await retryMail(await args(found.id))
    await rig.run('mail.process')
    expect(await entry('Poison two')).toMatchObject({ id: found.id, state: 'done', verdict: 'opened' })
    await expect(retryMail(await args(found.id))).rejects.toMatchObject({ key: 'quarantineHandled' })
    expect((await rig.tickets()).filter(({ subject }) => subject === 'Poison two').length).toBe(1)
  })

  it('becomes a ticket by hand in spite of the steps', async () => {
    const found = await poison('Poison three')
    const { ticket } = await ticketFromMail(await args(found.id))
    expect(ticket).toMatchObject({ subject: 'Poison three' })
    expect(await entry('Poison three')).toMatchObject({
      state: 'done',
      verdict: 'opened',
      reason: 'fromQuarantine',
    })
    await expect(discardMail(await args(found.id))).rejects.toMatchObject({ key: 'quarantineHandled' })
  })

  it('FT03 the file of one that became no message is kept while it is tried, and goes with its bytes later', async () => {
    faulty = true
    const file = 'Content-Type: text/plain\nContent-Disposition: attachment; filename=plan.txt'
    const body = mixed(part('Content-Type: text/plain', 'With a file.'), part(file, 'the plan'))
    await rig.take([mailOf({ Subject: 'Poison with a file', ...withParts }, body)])
    const table = rig.table('attachments')
    const files = () =>
      rig.sql<{ filename: string }>(`select filename from ${table} where message_id is null`)
    const folder = (
      rig.payload.collections['helpdesk-attachments' as never] as {
        config: { upload: { staticDir: string } }
      }
    ).config.upload.staticDir
    const [stored] = await files()
    const isThere = () => existsSync(join(folder, stored!.filename))
    const sweepLater = async () => {
      await rig.sql(
        `update ${table} set sweep_after = now() - interval '1 minute' where sweep_after is not null`,
      )
      await rig.run('mail.sweep')
      return [(await files()).length, isThere()]
    }
    await rig.run('mail.sweep')
    expect([(await files()).length, isThere()]).toEqual([1, true])
    expect(await sweepLater()).toEqual([1, true])
    await again()
    expect((await rig.journal()).at(-1)).toMatchObject({ state: 'quarantined' })
    expect(await sweepLater()).toEqual([0, false])
  })

  it('is discarded for good, its copies too', async () => {
    const raw = mailOf({ Subject: 'Poison four' })
    faulty = true
    await rig.take([raw])
    await again()
    const [found] = await rig.sql<{ id: number }>(
      `select id from ${rig.table('inboundEmails')} where state = 'quarantined' order by id desc`,
    )
    await discardMail(await args(found!.id))
    faulty = false
    const [copy] = await rig.take([raw])
    expect(copy).toMatchObject({ verdict: 'duplicate' })
    expect((await rig.tickets()).some(({ subject }) => subject === 'Poison four')).toBe(false)
  })
})

describe('FT27 a mail that takes its parser with it', () => {
  it('is set aside, and the mails around it come in', async () => {
    const { parsersOf } = await import('../../src/mail/index.js')
    const pool = parsersOf(rig.payload)
    const { parse } = pool
    const { createParserPool } = await import('../../src/mail/inbound/parserPool.js')
    // Too little time for any mail: a child that is really killed, as one is that hangs.
    const hasty = createParserPool({ size: 1, timeoutMs: 1 })
    pool.parse = (raw, options) =>
      raw.includes('Subject: Heavy') ? hasty.parse(raw, options) : parse(raw, options)
    try {
      const heavy = mailOf({ Subject: 'Heavy' }, '<b>'.repeat(200_000))
      await rig.take([mailOf({ Subject: 'Light before' }), heavy, mailOf({ Subject: 'Light after' })])
      await again()
    } finally {
      pool.parse = parse
      await hasty.close()
    }
    const [found] = await rig.sql<{ id: number; reason: string; error: string }>(
      `select id, reason, error from ${rig.table('inboundEmails')} where state = 'quarantined' and subject = 'Heavy'`,
    )
    expect(found).toMatchObject({ reason: 'unreadable', error: 'Reading the mail took too long.' })
    const subjects = (await rig.tickets()).map(({ subject }) => subject)
    expect(subjects).toEqual(expect.arrayContaining(['Light before', 'Light after']))
    await retryMail(await args(found!.id))
    await rig.run('mail.process')
    const after = (await rig.journal()).find(({ id }) => id === found!.id)!
    expect(after).toMatchObject({ state: 'done', verdict: 'opened' })
    expect((await ticketOf(rig, after)).subject).toBe('Heavy')
  })
})
