/** Why a call was refused. */
export type ProblemKey =
  | 'notJSON'
  | 'tooLarge'
  | 'noKey'
  | 'badSignature'
  | 'tooOld'
  | 'malformed'
  | 'badInput'
  | 'blockedSender'
  | 'ownAddress'
  | 'mailboxArchived'
  | 'notStored'

/** Each with its status and its title; what is wrong in this call stands in `detail`. */
const problems: Record<ProblemKey, { status: number; title: string }> = {
  notJSON: { status: 415, title: 'The body must be JSON' },
  tooLarge: { status: 413, title: 'The body is too large' },
  noKey: { status: 401, title: 'The call is not signed' },
  badSignature: { status: 401, title: 'The signature does not hold' },
  tooOld: { status: 400, title: 'The timestamp is too far from the time now' },
  malformed: { status: 400, title: 'The body is not JSON' },
  badInput: { status: 400, title: 'The body is not understood' },
  blockedSender: { status: 403, title: 'The sender is blocked' },
  ownAddress: { status: 400, title: 'The sender is an address of this help desk' },
  mailboxArchived: { status: 409, title: 'The mailbox is archived' },
  notStored: { status: 503, title: 'Nothing was stored' },
}

/** A refusal of a call, as RFC 9457 says it. */
export class Problem extends Error {
  readonly status: number
  readonly body: Record<string, unknown>
  constructor(key: ProblemKey, details: { detail: string; errors?: { field: string; detail: string }[] }) {
    super(details.detail)
    this.name = 'Problem'
    const { status, title } = problems[key]
    this.status = status
    this.body = { type: 'about:blank', title, status, key, ...details }
  }
}
