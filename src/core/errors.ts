import { APIError } from 'payload'

/**
 * Every refusal of the house: key → status and public text. The text says what to do; a screen may show its
 * translation `helpdesk:error:<key>`.
 */
const errors = {
  notSignedIn: [401, 'Sign in to the admin panel first.'],
  notAllowed: [403, 'Your role in the help desk does not allow this.'],
  crossSite: [403, 'This request came from another site and was refused.'],
  notJSON: [415, 'Send the request as JSON (Content-Type: application/json).'],
  badInput: [400, 'Some values of this request are missing or wrong.'],
  notFound: [404, 'There is nothing here, or you may not see it.'],
  ticketGone: [404, 'This ticket does not exist, or you may not see it.'],
  messageGone: [404, 'This message does not exist, or you may not see it.'],
  newerArrived: [409, 'Something newer arrived in this ticket. Look at it, then send again.'],
  noRecipient: [400, 'Name at least one recipient.'],
  badAddress: [400, 'One of the addresses is not a valid email address.'],
  ownAddress: [400, 'This is an address of one of your mailboxes: a ticket cannot be answered to itself.'],
  emptyMessage: [400, 'Write something before you send.'],
  mailboxCannotSend: [409, 'This mailbox cannot send mail yet. Complete its sending settings first.'],
  mailboxArchived: [409, 'This mailbox is archived.'],
  mailboxInUse: [409, 'Tickets still belong to this mailbox. Archive it instead of deleting it.'],
  mailboxHasMail: [
    409,
    'Mail of this mailbox waits to be handled or sent. See to its quarantine and its replies first, or archive it.',
  ],
  contactInUse: [409, 'Tickets still belong to this contact. Archive it instead of deleting it.'],
  tooLateToUndo: [409, 'The reply has already left; it cannot be taken back.'],
  notRetryable: [409, 'This mail is not in a state that can be retried.'],
  unknownStatus: [400, 'The status is one of open, pending, resolved and closed.'],
  unknownPriority: [400, 'The priority is one of low, normal, high and urgent.'],
  notAnAgent: [400, 'This user has no role in the help desk, or may not see this mailbox.'],
  rolesExist: [409, 'Somebody already holds a role. Ask an administrator of the help desk for yours.'],
  passwordAgain: [400, 'Host, port, user or security changed: type the password again.'],
  privateHost: [400, 'This host is in a private network, which this site does not allow for mail servers.'],
  managedField: [403, 'This field is managed by the help desk.'],
  appendOnly: [403, 'This collection is written by the help desk only.'],
  quarantineHandled: [409, 'This mail has been handled already.'],
  rawGone: [410, 'The source of this mail is no longer kept.'],
  attachmentTooLarge: [413, 'The file is larger than this site allows.'],
  attachmentRefused: [400, 'This site does not take this file. Pack it, as a zip for example, to send it.'],
} as const satisfies Record<string, readonly [number, string]>

/** A refusal's key. */
export type ErrorKey = keyof typeof errors

/** A refusal of a verb or an endpoint. `data.key` is stable; `data.fields` names what was wrong, by path. */
export class HelpdeskError extends APIError {
  readonly key: ErrorKey
  constructor(key: ErrorKey, details: { message?: string; fields?: Record<string, string> } = {}) {
    const [status, text] = errors[key]
    super(
      details.message ?? text,
      status,
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
