import { APIError } from 'payload'
import { error } from '../translations/en/error.js'

/** A refusal's key. */
export type ErrorKey = keyof typeof error

/**
 * Every refusal of the house: key → status. Its public text, which says what to do, is the English of
 * `helpdesk:error:<key>`, so that a screen may show its translation.
 */
export const statuses: Record<ErrorKey, number> = {
  notSignedIn: 401,
  notAllowed: 403,
  crossSite: 403,
  notJSON: 415,
  badInput: 400,
  notFound: 404,
  ticketGone: 404,
  messageGone: 404,
  newerArrived: 409,
  noRecipient: 400,
  badAddress: 400,
  ownAddress: 400,
  emptyMessage: 400,
  mailboxCannotSend: 409,
  mailboxArchived: 409,
  mailboxNotFetched: 409,
  mailboxInUse: 409,
  mailboxHasMail: 409,
  contactInUse: 409,
  tooLateToUndo: 409,
  notRetryable: 409,
  unknownStatus: 400,
  unknownPriority: 400,
  notAnAgent: 400,
  rolesExist: 409,
  passwordAgain: 400,
  privateHost: 400,
  managedField: 403,
  appendOnly: 403,
  quarantineHandled: 409,
  rawGone: 410,
  attachmentTooLarge: 413,
  attachmentRefused: 400,
  testNotSent: 409,
  tooManyKeys: 409,
  webhookOff: 409,
  noSecret: 409,
  callNotSigned: 401,
  badSignature: 401,
  timestampOff: 400,
  callTooLarge: 413,
  malformedJSON: 400,
  blockedSender: 403,
  tooOften: 429,
  formExpired: 403,
  notHuman: 403,
  callTooSlow: 408,
  linkUsed: 410,
  tooManyFiles: 400,
  fileType: 400,
  busy: 503,
  notStored: 503,
}

/** A refusal of a verb or an endpoint. `data.key` is stable; `data.fields` names what was wrong, by path. */
export class HelpdeskError extends APIError {
  readonly key: ErrorKey
  constructor(key: ErrorKey, details: { message?: string; fields?: Record<string, string> } = {}) {
    super(
      details.message ?? error[key],
      statuses[key],
      { key, ...(details.fields ? { fields: details.fields } : {}) },
      true,
    )
    this.key = key
  }
}

/** A fault of a mail server or of our talk with it. `retry` says whether trying again can help. */
export class MailError extends Error {
  readonly retry: boolean
  /** A stable key of the cause: `auth`, `connect`, `tls`, `timeout`, `refused`, `throttled`, … */
  readonly code: string
  /** What the server itself said, for the people who look after the mailbox. */
  readonly response: string | undefined
  constructor(
    message: string,
    details: { retry: boolean; code: string; response?: string; cause?: unknown },
  ) {
    super(message, { cause: details.cause })
    this.name = 'MailError'
    this.retry = details.retry
    this.code = details.code
    this.response = details.response
  }
}

/** The database's own words: around them stands the whole query with its values, which may be somebody's mail. */
export const causeOf = (error: unknown): unknown =>
  error instanceof Error && 'query' in error && error.cause ? error.cause : error

/**
 * An error as it may stand in a log. Postgres tells the row that it refused, and what the statement was about: words of
 * customers, and passwords.
 */
export const loggable = (error: unknown): unknown => {
  const plain = causeOf(error)
  if (!(plain instanceof Error)) return plain
  const isDatabase = 'severity' in plain && 'routine' in plain
  const inner = plain.cause === undefined ? undefined : loggable(plain.cause)
  if (!isDatabase && inner === plain.cause) return plain
  const { code, table, constraint } = plain as { code?: unknown; table?: unknown; constraint?: unknown }
  return Object.assign(new Error(plain.message, inner === undefined ? undefined : { cause: inner }), {
    name: plain.name,
    stack: plain.stack,
    ...(code !== undefined && { code }),
    ...(table !== undefined && { table }),
    ...(constraint !== undefined && { constraint }),
  })
}

/** What an error says, without the query that met it. */
export const messageOf = (error: unknown): string => {
  const cause = causeOf(error)
  return cause instanceof Error ? cause.message || cause.name : String(cause)
}
