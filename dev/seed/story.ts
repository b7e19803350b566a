import type { Priority } from '../../src/rules/priority.js'
import type { Status } from '../../src/rules/status.js'

/** Who writes to the pretend company. */
export type Person = {
  name: string
  address: string
  company?: string
  phone?: string
  locale?: string
  /** What the team remembers of them. */
  notes?: string
}

/** The local part of an agent's address. */
export type Agent = 'dana' | 'kim' | 'sam'

/** The local part of a mailbox's address. */
export type Box = 'support' | 'billing'

export type File = {
  name: string
  type: string
  data: Buffer
  /** The Content-ID by which the HTML shows it. */
  cid?: string
}

/** How a mail program quotes what it answers. */
export type QuoteStyle = 'text' | 'gmail' | 'outlook' | 'none'

export type MailAct = {
  kind: 'mail'
  text: string
  /** Instead of a plain mail. */
  html?: string
  /** Default: the story's customer. */
  from?: Person
  to?: string
  cc?: Person[]
  replyTo?: Person
  subject?: string
  files?: File[]
  headers?: Record<string, string>
  style?: QuoteStyle
  /** Answers the customer's own first mail instead of ours, as somebody does who was sent a copy of it. */
  answersFirst?: boolean
  /** The receiving server could not prove the sender. */
  unproven?: boolean
  /** While it arrives the site's own step fails, so that it ends in quarantine. */
  fails?: boolean
}

export type ReplyAct = {
  kind: 'reply'
  by: Agent
  text: string
  status?: Status
  cc?: Person[]
  files?: File[]
  /** What the customer's server answers instead of taking the mail. */
  refused?: { code: number; message: string }
}

/** Something that happened in a story. */
export type Act = { when: Date | string } & (
  | MailAct
  | ReplyAct
  | { kind: 'note'; by: Agent; text: string }
  | { kind: 'draft'; by: Agent; text: string }
  | { kind: 'assign'; by: Agent; to: Agent | null }
  | { kind: 'status'; by: Agent; status: Status }
  | { kind: 'priority'; by: Agent; priority: Priority }
  | { kind: 'spam'; by: Agent; block?: boolean }
  | { kind: 'bounce'; diagnostic: string }
)

/** One ticket's life, or that of a mail which became none. */
export type Story = { box: Box; customer: Person; subject: string; acts: Act[] }

type Extra<T extends Act['kind'], K extends string> = Partial<
  Omit<Extract<Act, { kind: T }>, 'kind' | 'when' | K>
>

/** A time that many working days ago. */
export const day = (days: number, time: string): Date => {
  const date = new Date()
  for (let left = days; left > 0; ) {
    date.setDate(date.getDate() - 1)
    if (date.getDay() % 6) left--
  }
  const [hours, minutes] = time.split(':').map(Number)
  date.setHours(hours!, minutes!, 17, 0)
  return date
}

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `25m`, `3h` and `2d` in milliseconds. */
export const span = (words: string): number => {
  const [, amount, unit] = /^(\d+)([mhd])$/.exec(words) ?? []
  if (!unit) throw new Error(`"${words}" is no span of time.`)
  return Number(amount) * units[unit as keyof typeof units]
}

/** A time that long ago. */
export const ago = (words: string): Date => new Date(Date.now() - span(words))

export const story = (box: Box, customer: Person, subject: string, acts: Act[]): Story => ({
  box,
  customer,
  subject,
  acts,
})

/** The customer writes. Times are dates, or spans since the act before. */
export const mail = (when: Act['when'], text: string, extra: Extra<'mail', 'text'> = {}): Act => ({
  kind: 'mail',
  when,
  text,
  ...extra,
})

/** An agent answers. */
export const reply = (
  when: Act['when'],
  by: Agent,
  text: string,
  extra: Extra<'reply', 'by' | 'text'> = {},
): Act => ({ kind: 'reply', when, by, text, ...extra })

export const note = (when: Act['when'], by: Agent, text: string): Act => ({ kind: 'note', when, by, text })

export const draft = (when: Act['when'], by: Agent, text: string): Act => ({ kind: 'draft', when, by, text })

/** The agent takes the ticket, or gives it to somebody. */
export const assign = (when: Act['when'], by: Agent, to: Agent | null = by): Act => ({
  kind: 'assign',
  when,
  by,
  to,
})

export const status = (when: Act['when'], by: Agent, to: Status): Act => ({
  kind: 'status',
  when,
  by,
  status: to,
})

export const priority = (when: Act['when'], by: Agent, to: Priority): Act => ({
  kind: 'priority',
  when,
  by,
  priority: to,
})

export const spam = (when: Act['when'], by: Agent, block = false): Act => ({ kind: 'spam', when, by, block })

/** The customer's server sends the last reply back. */
export const bounce = (when: Act['when'], diagnostic: string): Act => ({ kind: 'bounce', when, diagnostic })

/** The acts with their times; a story whose end lies ahead is moved back by whole days. */
export const timed = ({ acts }: Story): (Act & { at: Date })[] => {
  let at = 0
  const all = acts.map((act) => {
    at = typeof act.when === 'string' ? at + span(act.when) : act.when.getTime()
    return { act, at }
  })
  const ahead = Math.max(0, Math.ceil((at - Date.now() + 30_000) / units.d))
  return all.map((one) => ({ ...one.act, at: new Date(one.at - ahead * units.d) }))
}
