import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AttachmentView, QuarantinePage, ThreadView } from '../../src/admin/api.js'
import type { DocID } from '../../src/collections/types.js'
import type { RequestArgs, SiteUser } from '../site.js'
import { type AccessDesk, openAccessDesk } from './accessDesk.js'
import { ada } from './deskSite.js'

let desk: AccessDesk
let agent: SiteUser
let manager: SiteUser
beforeAll(async () => {
  desk = await openAccessDesk({ options: { attachments: { maxSize: 1000 } } })
  ;({ agent, manager } = desk.site.users)
})
afterAll(() => desk.site.close())

const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

type Refusal = { error: { key: string; message: string } }

const call = <T = Refusal>(method: string, path: string, sent: RequestArgs = {}) =>
  desk.site.rest<T>(method, `/helpdesk${path}`, { user: agent, ...sent })

const formWith = (file: File | null): FormData => {
  const form = new FormData()
  if (file) form.append('file', file)
  form.append('_payload', '{}')
  return form
}

const upload = (file: File | null, headers: Record<string, string> = { 'x-helpdesk': '1' }) =>
  call<{ attachment: AttachmentView } & Refusal>('POST', '/attachments', { form: formWith(file), headers })

const textFile = (name = 'a.txt', content = 'hello') => new File([content], name, { type: 'text/plain' })

describe('attachments', () => {
  it('are uploaded, sent with a reply, shown with the message and downloaded', async () => {
    const { body, status } = await upload(textFile('Rechnung März.txt'))
    expect([status, body.attachment]).toMatchObject([
      200,
      { name: 'Rechnung März.txt', contentType: 'text/plain', bytes: 5, refusal: '' },
    ])
    const { ticket } = await desk.openOn('mine')
    const sent = await call('POST', `/tickets/${ticket.id}/reply`, {
      body: { text: 'Here it is.', to: [ada], attachments: [body.attachment.id] },
    })
    expect(sent.status).toBe(200)
    const { body: thread } = await call<ThreadView>('GET', `/tickets/${ticket.id}`)
    const [file] = thread.messages.at(-1)!.attachments
    expect(file).toMatchObject({ id: body.attachment.id, name: 'Rechnung März.txt' })
    expect(thread.ticket.hasAttachments).toBe(true)
    const down = await desk.site.rest('GET', file!.url!.replace('/api', ''), { user: agent })
    expect(await down.response.text()).toBe('hello')
    expect(down.headers.get('content-disposition')).toBe(
      `attachment; filename="Rechnung M_rz.txt"; filename*=UTF-8''Rechnung%20M%C3%A4rz.txt`,
    )
    const again = await call('POST', `/tickets/${ticket.id}/note`, {
      body: { text: 'x', attachments: [body.attachment.id] },
    })
    expect(again.status).toBe(400)
    expect((await call('DELETE', `/attachments/${file!.id}`, { body: {} })).status).toBe(404)
  })

  it('are refused when too large, missing, or sent by another site’s form', async () => {
    const large = await upload(textFile('big.txt', 'x'.repeat(1001)))
    expect([large.status, large.body.error.key]).toEqual([413, 'attachmentTooLarge'])
    const none = await upload(null)
    expect([none.status, none.body.error.key]).toEqual([400, 'badInput'])
    const bare = await upload(textFile(), {})
    expect([bare.status, bare.body.error.key]).toEqual([415, 'notJSON'])
    const cross = await upload(textFile(), { 'x-helpdesk': '1', 'sec-fetch-site': 'cross-site' })
    expect([cross.status, cross.body.error.key]).toEqual([403, 'crossSite'])
  })

  it('go away when their uploader discards them', async () => {
    const { body } = await upload(textFile())
    const path = `/attachments/${body.attachment.id}`
    expect((await call('GET', path)).status).toBe(200)
    expect((await call('DELETE', path, { body: {} })).status).toBe(200)
    expect((await call('GET', path)).status).toBe(404)
  })

  it('D09 D10 D14 never run, whatever they say they are', async () => {
    const script = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    const kind = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4"/></svg>'
    for (const [name, type, data = script] of [
      ['a.svg', 'image/svg+xml'],
      ['a.html', 'text/html'],
      ['a.xhtml', 'application/xhtml+xml'],
      ['a.xml', 'text/xml'],
      ['a.js', 'text/javascript'],
      ['a.pdf', 'application/pdf'],
      ['mail.eml', 'message/rfc822'],
      ['a.png', 'text/html;x'],
      ['a.png', 'IMAGE/SVG+XML'],
      ['a', ''],
      ['kind.svg', 'image/svg+xml', kind],
    ]) {
      const { body, status: taken } = await upload(new File([data], name!, { type: type! }))
      // Payload itself looks into these, and into nothing else.
      if (data === script && /svg|xml/i.test(type!)) {
        expect([name, type, taken, body.error.key]).toEqual([name, type, 400, 'attachmentRefused'])
        continue
      }
      expect([name, type, taken, body.error]).toEqual([name, type, 200, undefined])
      for (const query of ['', '?download=1']) {
        const { status, headers } = await call('GET', `/attachments/${body.attachment.id}${query}`)
        expect([name, type, status]).toEqual([name, type, 200])
        expect(headers.get('content-type')).toBe('application/octet-stream')
        expect(headers.get('content-disposition')).toMatch(/^attachment; /)
        expect(headers.get('x-content-type-options')).toBe('nosniff')
        expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'")
      }
    }
    const { body } = await upload(new File([pixel], 'a.png', { type: 'image/png' }))
    const shown = await call('GET', `/attachments/${body.attachment.id}`)
    expect(shown.headers.get('content-type')).toBe('image/png')
    expect(shown.headers.get('content-disposition')).toMatch(/^inline; /)
    expect(shown.headers.get('x-content-type-options')).toBe('nosniff')
    expect(shown.headers.get('content-security-policy')).toContain('sandbox')
  })

  it('D11 keep the name they came with, and lead to no other place', async () => {
    for (const name of [
      '../../etc/passwd',
      'C:\\x.txt',
      'invoice\u202egpj.exe',
      '.htaccess',
      'CON',
      'a;b"c.pdf',
    ]) {
      const { status, body } = await upload(new File(['x'], name, { type: 'text/plain' }))
      expect([name, status]).toEqual([name, 200])
      const { filename } = await desk.one('attachments', body.attachment.id)
      expect(filename).toMatch(/^[a-z2-7]{26}\.bin$/)
      const { headers } = await call('GET', `/attachments/${body.attachment.id}`)
      expect(headers.get('content-disposition')).toMatch(
        /^attachment; filename="[^"/\\]+"; filename\*=UTF-8''[\w.%~!-]+$/,
      )
    }
  })
})

describe('the quarantine', () => {
  const stateOf = async (id: DocID) => (await desk.one('inboundEmails', id))['state']
  const act = <T = Refusal>(id: DocID, name: string, body: object = {}) =>
    call<T>('POST', `/quarantine/${id}/${name}`, { user: manager, body })

  it('lists mails with their reason, and shows the source as text', async () => {
    const id = await desk.quarantine('mine')
    const { body } = await call<QuarantinePage>('GET', '/quarantine', { user: manager })
    expect(body.mails[0]).toMatchObject({
      id,
      mailbox: { id: desk.mailbox, name: 'Support' },
      from: 'ada@example.com',
      subject: 'Odd mail',
      verdict: 'quarantined',
      explanation: 'It could not be read.',
      error: 'broken',
      attempts: 4,
      hasSource: true,
    })
    const { headers, response } = await call('GET', `/quarantine/${id}/source`, { user: manager })
    expect(await response.text()).toBe('From: ada@example.com\r\nSubject: Odd mail\r\n\r\nHello\r\n')
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(headers.get('content-security-policy')).toContain('sandbox')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    const { body: overview } = await call<{ quarantined: number }>('GET', '/inbox/overview', {
      user: manager,
    })
    expect(overview.quarantined).toBe(body.mails.length)
  })

  it('turns its pages', async () => {
    for (let i = 0; i < 55; i++) await desk.quarantine('mine')
    const seen = new Set<DocID>()
    let after = ''
    for (let i = 0; i < 5; i++) {
      const { body } = await call<QuarantinePage>('GET', `/quarantine${after}`, { user: manager })
      for (const { id } of body.mails) seen.add(id)
      if (!body.next) break
      after = `?after=${body.next}`
    }
    expect(seen.size).toBe((await desk.rows('inboundEmails', "state = 'quarantined'")).length)
    const odd = await call('GET', '/quarantine?after=nonsense', { user: manager })
    expect([odd.status, odd.body.error.key]).toEqual([400, 'badInput'])
  })

  it('tries again, discards, and makes a ticket, each only once', async () => {
    const retried = await desk.quarantine('mine')
    expect((await act(retried, 'retry')).status).toBe(200)
    expect(await stateOf(retried)).toBe('received')
    const discarded = await desk.quarantine('mine')
    expect((await act(discarded, 'discard')).status).toBe(200)
    expect(await stateOf(discarded)).toBe('done')
    for (const name of ['retry', 'fetch', 'discard', 'ticket']) {
      const again = await act(discarded, name)
      expect([name, again.status, again.body.error.key]).toEqual([name, 409, 'quarantineHandled'])
    }
    const kept = await desk.quarantine('foreign')
    const { body } = await act<{ ticket: { id: DocID } }>(kept, 'ticket')
    expect(body.ticket).toMatchObject({ subject: 'Odd mail', requester: { address: 'bob@example.com' } })
    expect(await stateOf(kept)).toBe('done')
    const { body: thread } = await call<ThreadView>('GET', `/tickets/${body.ticket.id}`, { user: manager })
    expect(thread.messages).toMatchObject([{ reason: 'fromQuarantine', hasSource: true }])
    const source = await call('GET', `/messages/${thread.messages[0]!.id}/source`, { user: manager })
    expect(await source.response.text()).toContain('Subject: Odd mail')
  }, 60_000)
})

describe('H08 requests from elsewhere', () => {
  it('are refused before anything is looked at', async () => {
    const { ticket } = await desk.openOn('mine')
    const path = `/tickets/${ticket.id}/status`
    const body = { status: 'closed' }
    const elsewhere: [Record<string, string>, number, string][] = [
      [{ 'sec-fetch-site': 'cross-site' }, 403, 'crossSite'],
      [{ 'sec-fetch-site': 'same-site', origin: 'https://evil.localhost' }, 403, 'crossSite'],
      [{ 'sec-fetch-site': '', origin: 'https://evil.example' }, 403, 'crossSite'],
      [{ 'sec-fetch-site': '', origin: 'null' }, 403, 'crossSite'],
      [{ 'sec-fetch-site': '', origin: 'http://localhost:3000.evil.example' }, 403, 'crossSite'],
      [{ 'content-type': 'text/plain' }, 415, 'notJSON'],
      [{ 'content-type': 'application/x-www-form-urlencoded' }, 415, 'notJSON'],
      [{ 'content-type': 'multipart/form-data; boundary=x', 'x-helpdesk': '1' }, 415, 'notJSON'],
    ]
    for (const [headers, status, key] of elsewhere) {
      const answer = await call('POST', path, { body, headers })
      expect([headers, answer.status, answer.body.error.key]).toEqual([headers, status, key])
    }
    expect((await desk.one('tickets', ticket.id))['status']).toBe('open')
    const own = { 'sec-fetch-site': '', origin: 'http://localhost:3000', host: 'localhost:3000' }
    expect((await call('POST', path, { body, headers: own })).status).toBe(200)
  })

  it('change nothing by GET', async () => {
    const gets = desk.site.config.endpoints.filter(
      ({ method, path }) => method === 'get' && path.startsWith('/helpdesk'),
    )
    const { ticket, message } = await desk.openOn('mine')
    const mail = await desk.quarantine('mine')
    const before = await desk.fingerprint(['heartbeats', 'leases'])
    for (const { path } of gets) {
      const of = path.includes('quarantine') ? mail : path.includes('messages') ? message : ticket.id
      const { response } = await desk.site.rest('GET', path.replace(':id', String(of)), { user: manager })
      await response.body?.cancel()
    }
    expect(await desk.fingerprint(['heartbeats', 'leases'])).toBe(before)
  })

  it('that are no JSON at all, or far too much, end in a sentence', async () => {
    for (const [text, status] of [
      ['{', 400],
      ['[]', 400],
      ['null', 400],
      ['"x"', 400],
    ] as const) {
      const response = await desk.site.rest<Refusal>('POST', '/helpdesk/tickets/1/status', {
        user: agent,
        body: undefined,
        form: text as never,
        headers: { 'content-type': 'application/json' },
      })
      expect([text, response.status, response.body.error.message]).toEqual([
        text,
        status,
        expect.stringMatching(/\w+ \w+/),
      ])
    }
    const { status, body } = await call('POST', '/tickets/1/note', { body: { text: 'x'.repeat(500_001) } })
    expect([status, body.error.key]).toEqual([400, 'badInput'])
  })

  it('M08 with the names of prototypes do nothing', async () => {
    const { ticket } = await desk.openOn('mine')
    const raw = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"status":"pending"}'
    await desk.site.rest('POST', `/helpdesk/tickets/${ticket.id}/status`, {
      user: agent,
      form: raw as never,
      headers: { 'content-type': 'application/json' },
    })
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    const where = encodeURIComponent('{"__proto__":"x"}')
    for (const query of [`where=${where}`, 'where=%7B%22constructor%22%3A1%7D', '__proto__[polluted]=1'])
      expect([query, (await call('GET', `/inbox/tickets?${query}`)).status]).toEqual([
        query,
        expect.toSatisfy((status) => status === 200 || status === 400),
      ])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

describe('a mailbox’s connection test', () => {
  it('says step by step what happened, for managers', async () => {
    const { status, body } = await desk.site.rest<{
      ok: boolean
      steps: { side: string; ok: boolean; message: string }[]
    }>('POST', `/helpdesk/mailboxes/${desk.mailbox}/test`, {
      user: manager,
      body: {
        send: { kind: 'smtp', host: '127.0.0.1', port: 1, security: 'none', user: 'u', password: 'typed' },
        receive: { kind: 'imap', host: '127.0.0.1', port: 1, security: 'none', user: 'u', password: 'typed' },
      },
    })
    expect([status, body.ok]).toEqual([200, false])
    const failed = body.steps.filter(({ ok }) => !ok)
    expect(failed.map(({ side }) => side).sort()).toEqual(['receive', 'send'])
    for (const { message } of body.steps) expect(message).toMatch(/^[A-Z"].*\.( \(.*\))?$/s)
    expect(JSON.stringify(body)).not.toContain('typed')
  }, 60_000)
})
