import { createHash } from 'node:crypto'
import { type OddKind, oddKinds, writeOdd } from './oddMails.js'

/** Random numbers that are the same for the same seed, so that a run that failed can be played again. */
export const makeRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A mail as it comes in, and what has to become of it. */
export type TestMail = {
  raw: string
  /** '' where it has none. */
  messageId: string
  /** What it is known by in the journal and in its ticket: its Message-ID, or its subject where it has none. */
  key: string
  /**
   * Its verdict: it opens a ticket, or belongs to the one that another opened, or is a second sighting of a mail; or
   * it is no message.
   */
  becomes: 'opened' | 'appended' | 'duplicate' | 'bounce' | 'tooLarge' | 'quarantined'
  /** Key of the mail that opened the ticket. */
  opener: string
  /** Checksums of its files. */
  files: string[]
  /** What it is besides the well-formed mail of a customer. */
  odd?: OddKind
}

/** Those that become a message. */
export const isMessage = ({ becomes }: TestMail): boolean => becomes === 'opened' || becomes === 'appended'

/** Those that machines wrote: no machine answers them. */
export const isByMachine = ({ odd }: TestMail): boolean =>
  odd === 'outOfOffice' || odd === 'list' || odd === 'report'

/** The state in which a verdict leaves a mail. */
export const stateOf = (becomes: TestMail['becomes']): 'done' | 'quarantined' =>
  becomes === 'tooLarge' || becomes === 'quarantined' ? 'quarantined' : 'done'

type MailArgs = {
  number: number
  to: string
  opener?: TestMail
  file?: Buffer
}

/** Every fourth opener is of one of five who write a lot: what they are sent automatically is limited. */
const customerOf = (number: number): string =>
  number % 4 ? `customer${number}@example.com` : `busy${(number / 4) % 5}@example.com`

const write = ({ number, to, opener, file }: MailArgs): TestMail => {
  const messageId = `<m${number}.${createHash('sha256').update(`${number}`).digest('hex').slice(0, 12)}@example.com>`
  // Whoever wrote the first mail writes the next one, too.
  const from = opener ? /^From: .*<(.+)>$/m.exec(opener.raw)![1]! : customerOf(number)
  const headers = [
    `From: Customer ${number} <${from}>`,
    `To: ${to}`,
    `Subject: ${opener ? 'Re: ' : ''}Question`,
    `Message-ID: ${messageId}`,
    `Date: ${new Date().toUTCString()}`,
    ...(opener ? [`In-Reply-To: ${opener.messageId}`, `References: ${opener.messageId}`] : []),
    'MIME-Version: 1.0',
  ]
  const text = `Hello,\n\nthis is mail number ${number}.\n${'A line that says a little more. '.repeat(3)}\n`
  if (!file) {
    return {
      raw: [...headers, 'Content-Type: text/plain; charset=utf-8', '', text].join('\n'),
      messageId,
      key: messageId,
      becomes: opener ? 'appended' : 'opened',
      opener: opener?.key ?? messageId,
      files: [],
    }
  }
  const body = [
    'Content-Type: multipart/mixed; boundary=part',
    '',
    '--part',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '--part',
    `Content-Type: application/octet-stream; name="data${number}.bin"`,
    `Content-Disposition: attachment; filename="data${number}.bin"`,
    'Content-Transfer-Encoding: base64',
    '',
    file.toString('base64').replace(/.{76}/g, '$&\n'),
    '--part--',
    '',
  ]
  return {
    raw: [...headers, ...body].join('\n'),
    messageId,
    key: messageId,
    becomes: opener ? 'appended' : 'opened',
    opener: opener?.key ?? messageId,
    files: [createHash('sha256').update(file).digest('hex')],
  }
}

type MakeArgs = {
  to?: string
  first?: number
  /** How many of them are no well-formed mails of customers; each kind of these has its turn. */
  odd?: number
}

/** Mails of which some answer earlier ones, some carry a file, and some come twice. */
export const makeMails = (
  count: number,
  random: () => number,
  { to = 'help@acme.test', first = 1, odd = 0 }: MakeArgs = {},
): TestMail[] => {
  const mails: TestMail[] = []
  let odds = 0
  for (let number = first; number < first + count; number++) {
    const plain = mails.filter((mail) => !mail.odd && mail.becomes !== 'duplicate')
    const openers = plain.filter(({ becomes }) => becomes === 'opened')
    const pick = <T>(list: T[]): T => list[Math.floor(random() * list.length)]!
    if (odd && openers.length && random() < odd) {
      const kind = oddKinds[odds++ % oddKinds.length]!
      const withoutId = mails.findLast((mail) => mail.odd === 'withoutId' && mail.becomes === 'opened')
      mails.push(writeOdd({ kind, number, to, opener: pick(openers), withoutId }))
      continue
    }
    const kind = random()
    if (plain.length && kind < 0.05) {
      mails.push({ ...pick(plain), becomes: 'duplicate' })
      continue
    }
    const file =
      random() < 0.2 ? Buffer.from(Array.from({ length: 3000 }, () => Math.floor(random() * 256))) : undefined
    mails.push(write({ number, to, file, opener: openers.length && kind < 0.35 ? pick(openers) : undefined }))
  }
  return mails
}
