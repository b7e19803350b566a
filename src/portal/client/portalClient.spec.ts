import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { PortalAccess } from '../page.js'
import { PortalError, portalClient } from './portalClient.js'

const access: PortalAccess = {
  api: '/api/helpdesk/portal',
  token: 'the-token',
  guest: '',
  mailbox: null,
  language: 'de',
  errors: { tooManyFiles: 'Zu viele Dateien (Höchstzahl: {limit}).', badInput: 'Etwas fehlt.' },
  offline: 'Nicht erreichbar.',
  caller: { kind: 'customer', address: 'jo@example.com', name: 'Jo', ticket: null },
}

type Sent = { url: string; headers: Record<string, string>; body: FormData | string }

let sent: Sent[] = []
/** What the site answers; null where it cannot be reached. */
let answer: { status: number; text: string } | null = null

const answers = (status: number, body: unknown): void => {
  answer = { status, text: typeof body === 'string' ? body : JSON.stringify(body) }
}

class FakeRequest {
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {}
  onload?: () => void
  onerror?: () => void
  status = 0
  responseText = ''
  #sent: Sent = { url: '', headers: {}, body: '' }
  open(method: string, url: string) {
    expect(method).toBe('POST')
    this.#sent.url = url
  }
  setRequestHeader(name: string, value: string) {
    this.#sent.headers[name] = value
  }
  send(body: FormData | string) {
    sent.push({ ...this.#sent, body })
    this.upload.onprogress?.({ loaded: 1, total: 4 })
    if (!answer) return this.onerror?.()
    this.status = answer.status
    this.responseText = answer.text
    this.onload?.()
  }
}

const fetched = vi.fn(async (_url: string): Promise<Response> => {
  if (!answer) throw new TypeError('Failed to fetch')
  return new Response(answer.text, { status: answer.status })
})

beforeEach(() => {
  sent = []
  answers(200, { ticket: 7, mailed: true })
  vi.stubGlobal('XMLHttpRequest', FakeRequest)
  vi.stubGlobal('fetch', fetched)
})
afterEach(() => {
  vi.unstubAllGlobals()
  fetched.mockClear()
})

const written = { subject: 'Broken', message: 'It rattles.' }
const jsonOf = (one: Sent | undefined) => JSON.parse(String(one?.body)) as Record<string, unknown>

const refusalOf = async (call: Promise<unknown>): Promise<PortalError> => {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(PortalError)
  return error as PortalError
}

it('sends JSON where there are no files, with the page’s token and language', async () => {
  const fields = { order: 'A-1', gift: true }
  const done = await portalClient(access).submit({ ...written, fields, challenge: { captcha: 'seen' } })
  expect(done).toEqual({ number: 7, mailed: true })
  expect(sent[0]).toMatchObject({
    url: '/api/helpdesk/portal/requests',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
  })
  const { request, ...body } = jsonOf(sent[0])
  expect(body).toEqual({ ...written, fields, captcha: 'seen', language: 'de', token: 'the-token' })
  expect(request).toMatch(/^[0-9a-f]{32}$/)
})

it('sends a form with the names of a plain one where there are files, and tells its progress', async () => {
  const file = new File(['rrr'], 'noise.txt', { type: 'text/plain' })
  const onProgress = vi.fn()
  const fields = { order: 'A-1', gift: true }
  await portalClient(access).submit({ ...written, fields, files: [file], onProgress })
  const { headers, body } = sent[0]!
  expect(headers).toEqual({ Accept: 'application/json' })
  const form = body as FormData
  expect([...form.keys()].sort()).toEqual(
    ['fields[gift]', 'fields[order]', 'files', 'language', 'message', 'request', 'subject', 'token'].sort(),
  )
  expect(form.get('fields[order]')).toBe('A-1')
  expect(form.get('fields[gift]')).toBe('true')
  expect((form.get('files') as File).name).toBe('noise.txt')
  expect(onProgress).toHaveBeenCalledWith(0.25)
})

it('says whose link it is and which mailbox’s portal, when it writes and when it reads', async () => {
  const portal = portalClient({ ...access, guest: '5.key', mailbox: 3 })
  await portal.reply({ number: 5, message: 'Yes.' })
  await portal.markSolved(5)
  expect(sent.map(({ url }) => url)).toEqual([
    '/api/helpdesk/portal/tickets/5/reply',
    '/api/helpdesk/portal/tickets/5/solve',
  ])
  for (const one of sent) expect(jsonOf(one)).toMatchObject({ guest: '5.key', mailbox: 3 })
  await portal.readTicket(5)
  expect(fetched.mock.calls[0]?.[0]).toBe('/api/helpdesk/portal/tickets/5?guest=5.key&mailbox=3')
  expect(portal.fileURL(9)).toBe('/api/helpdesk/portal/attachments/9?guest=5.key&download=1')
})

it('sends a given request key at each try, and makes another up at each without one', async () => {
  const portal = portalClient(access)
  const requestKey = portal.requestKey()
  answer = null
  expect((await refusalOf(portal.submit({ ...written, requestKey }))).key).toBe('offline')
  answers(200, { ticket: 7 })
  // A site that says nothing of a mail has sent none.
  expect(await portal.submit({ ...written, requestKey })).toEqual({ number: 7, mailed: false })
  await portal.submit(written)
  await portal.reply({ number: 7, message: 'Yes.' })
  const keys = sent.map((one) => jsonOf(one)['request'])
  expect(keys[0]).toBe(requestKey)
  expect(keys[1]).toBe(requestKey)
  expect(new Set(keys).size).toBe(3)
})

it('needs no randomUUID, which plain http lacks', async () => {
  const { getRandomValues } = crypto
  vi.stubGlobal('crypto', { getRandomValues: getRandomValues.bind(crypto) })
  await portalClient(access).submit(written)
  expect(jsonOf(sent[0])['request']).toMatch(/^[0-9a-f]{32}$/)
})

it('refuses in the page’s language by the key, with the limit in its place and not among the fields', async () => {
  const error = { key: 'tooManyFiles', message: 'This site takes 5 files at once.', fields: { files: '5' } }
  answers(400, { error })
  expect(await refusalOf(portalClient(access).submit(written))).toMatchObject({
    key: 'tooManyFiles',
    status: 400,
    message: 'Zu viele Dateien (Höchstzahl: 5).',
    limit: '5',
    fields: {},
  })
})

it('says which field is wrong, and uses the site’s own words for a key that the page has none for', async () => {
  const portal = portalClient(access)
  answers(400, { error: { key: 'badInput', message: 'Wrong.', fields: { subject: 'Write a subject.' } } })
  const fields = { subject: 'Write a subject.' }
  expect(await refusalOf(portal.submit(written))).toMatchObject({
    message: 'Etwas fehlt.',
    fields,
    limit: '',
  })
  answers(401, { error: { key: 'notSignedIn', message: 'Sign in first.' } })
  const refused = { key: 'notSignedIn', status: 401, message: 'Sign in first.', fields: {} }
  expect(await refusalOf(portal.listTickets())).toMatchObject(refused)
})

it('says offline where the site cannot be reached', async () => {
  answer = null
  const portal = portalClient(access)
  const offline = { key: 'offline', status: 0, message: 'Nicht erreichbar.' }
  expect(await refusalOf(portal.sendLink({ email: 'jo@example.com' }))).toMatchObject(offline)
  expect(await refusalOf(portal.readTicket(7))).toMatchObject(offline)
})

it.each(['<p>Sign in to the hotel</p>', 'null', '[]', '"yes"', ''])(
  'takes %j for no answer, whatever its status says',
  async (text) => {
    const portal = portalClient(access)
    for (const status of [200, 502]) {
      answers(status, text)
      const expected = { key: 'notAnswered', status, message: 'Nicht erreichbar.' }
      expect(await refusalOf(portal.submit(written))).toMatchObject(expected)
      expect(await refusalOf(portal.listTickets())).toMatchObject(expected)
    }
  },
)
