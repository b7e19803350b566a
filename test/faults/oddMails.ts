import { createHash } from 'node:crypto'
import type { TestMail } from './mails.js'

/** Mail above this is too large for the site of a storm, in bytes. */
export const oddLimit = 100_000

export const oddKinds = [
  'outOfOffice',
  'list',
  'withoutId',
  'seenAgain',
  'report',
  'tooLarge',
  'fromNobody',
  'nested',
] as const

/** What comes to a mailbox besides the well-formed mail of customers. */
export type OddKind = (typeof oddKinds)[number]

type OddArgs = {
  kind: OddKind
  number: number
  to: string
  /** An opener, which absence notes answer. */
  opener: TestMail
  /** The last mail without a Message-ID, which comes again. */
  withoutId: TestMail | undefined
}

type Written = Pick<TestMail, 'becomes'> & {
  headers: Record<string, string | null>
  body: string
  opener?: TestMail
}

const report = (number: number): string =>
  [
    '--b',
    'Content-Type: text/plain',
    '',
    'Your message could not be delivered.',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mail.example.net',
    '',
    `Final-Recipient: rfc822; stranger${number}@example.net`,
    'Action: failed',
    'Status: 5.1.1',
    'Diagnostic-Code: smtp; 550 5.1.1 No such user',
    '',
    '--b',
    'Content-Type: message/rfc822',
    '',
    'From: somebody@example.org',
    `Message-ID: <never-ours-${number}@example.org>`,
    '',
    'Hello.',
    '--b--',
    '',
  ].join('\n')

/** Multiparts in multiparts, of which none is closed. */
const nested = (depth: number): string =>
  Array.from(
    { length: depth },
    (_, level) => `--b${level || ''}\nContent-Type: multipart/mixed; boundary=b${level + 1}\n\n`,
  ).join('')

const large = (number: number): string =>
  [
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    '',
    `The large mail number ${number}.`,
    '--b',
    'Content-Type: application/zip',
    'Content-Disposition: attachment; filename="large.zip"',
    'Content-Transfer-Encoding: base64',
    '',
    `${'z'.repeat(76)}\n`.repeat(Math.ceil((1.5 * oddLimit) / 77)),
    '--b--',
    '',
  ].join('\n')

const written: Record<Exclude<OddKind, 'seenAgain'>, (args: OddArgs) => Written> = {
  outOfOffice: ({ opener }) => ({
    becomes: 'appended',
    opener,
    headers: {
      From: /^From: (.+)$/m.exec(opener.raw)![1]!,
      Subject: 'Automatic reply: We have received your message',
      'In-Reply-To': opener.messageId,
      'Auto-Submitted': 'auto-replied',
    },
    body: 'I am away until Monday.\n',
  }),
  list: ({ number }) => ({
    becomes: 'opened',
    headers: {
      From: `News <news${number}@list.example.com>`,
      Subject: `News number ${number}`,
      'List-Id': '<news.list.example.com>',
      'List-Unsubscribe': '<mailto:leave@list.example.com>',
      Precedence: 'bulk',
    },
    body: 'The news of this week.\n',
  }),
  withoutId: ({ number }) => ({
    becomes: 'opened',
    headers: { Subject: `Question without a Message-ID, number ${number}`, 'Message-ID': null },
    body: 'My scanner sends mail, but gives it no name.\n',
  }),
  report: ({ number }) => ({
    becomes: 'bounce',
    headers: {
      From: 'Mail Delivery System <MAILER-DAEMON@mail.example.net>',
      Subject: 'Undelivered Mail Returned to Sender',
      'Auto-Submitted': 'auto-replied',
      'Content-Type': 'multipart/report; report-type=delivery-status; boundary=b',
    },
    body: report(number),
  }),
  tooLarge: ({ number }) => ({
    becomes: 'tooLarge',
    headers: { 'Content-Type': 'multipart/mixed; boundary=b' },
    body: large(number),
  }),
  fromNobody: () => ({
    becomes: 'quarantined',
    headers: { From: null, 'Content-Type': 'multipart/mixed; boundary="never' },
    body: '--nev\u0000er\nContent-Transfer-Encoding: base64\n\n\u00ff\u0000=\n',
  }),
  nested: () => ({
    becomes: 'opened',
    headers: { 'Content-Type': 'multipart/mixed; boundary=b' },
    body: nested(1500),
  }),
}

/** Writes one. */
export const writeOdd = (args: OddArgs): TestMail => {
  const { kind, number, to, withoutId } = args
  if (kind === 'seenAgain' && withoutId) return { ...withoutId, becomes: 'duplicate' }
  const odd = kind === 'seenAgain' ? 'withoutId' : kind
  const { becomes, headers, body, opener } = written[odd](args)
  const all: Record<string, string | null> = {
    From: `Customer ${number} <customer${number}@example.com>`,
    To: to,
    Subject: 'Question',
    'Message-ID': `<o${number}.${createHash('sha256').update(`${number}`).digest('hex').slice(0, 12)}@example.com>`,
    Date: new Date().toUTCString(),
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    ...headers,
  }
  const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]))
  const messageId = all['Message-ID'] ?? ''
  const key = messageId || all['Subject']!
  return {
    raw: `${lines.join('\n')}\n\n${body}`,
    messageId,
    key,
    becomes,
    opener: opener?.key ?? key,
    files: [],
    odd,
  }
}
