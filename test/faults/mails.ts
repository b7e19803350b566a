import { createHash } from 'node:crypto'

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

/** A mail as a customer wrote it, and what has to become of it. */
export type TestMail = {
  raw: string
  messageId: string
  /** Opens a ticket, or belongs to the one that another opened, or is a second sighting of a mail. */
  becomes: 'opened' | 'appended' | 'duplicate'
  /** Message-ID of the mail that opened the ticket. */
  opener: string
  /** Checksums of its files. */
  files: string[]
}

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
      becomes: opener ? 'appended' : 'opened',
      opener: opener?.messageId ?? messageId,
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
    becomes: opener ? 'appended' : 'opened',
    opener: opener?.messageId ?? messageId,
    files: [createHash('sha256').update(file).digest('hex')],
  }
}

/** Mails of which some answer earlier ones, some carry a file, and some come twice. */
export const makeMails = (
  count: number,
  random: () => number,
  { to = 'help@acme.test', first = 1 }: { to?: string; first?: number } = {},
): TestMail[] => {
  const mails: TestMail[] = []
  for (let number = first; number < first + count; number++) {
    const openers = mails.filter(({ becomes }) => becomes === 'opened')
    const pick = <T>(list: T[]): T => list[Math.floor(random() * list.length)]!
    const kind = random()
    if (mails.length && kind < 0.05) {
      mails.push({ ...pick(mails.filter(({ becomes }) => becomes !== 'duplicate')), becomes: 'duplicate' })
      continue
    }
    const file =
      random() < 0.2 ? Buffer.from(Array.from({ length: 3000 }, () => Math.floor(random() * 256))) : undefined
    mails.push(write({ number, to, file, opener: openers.length && kind < 0.35 ? pick(openers) : undefined }))
  }
  return mails
}
