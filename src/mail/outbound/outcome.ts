import type { OutboundEmail, RecipientState } from '../../collections/types.js'
import type { MailError } from '../../core/errors.js'
import { isWaiting } from '../../operations/recordDelivery.js'
import { isValidAddress } from '../../rules/address.js'
import type { SendResult } from '../transports/transport.js'
import { wireAddress } from './compose.js'

/** What is to be stored of a try. */
export type Outcome = {
  recipients: RecipientState[]
  error: string
  errorCode: string
  response: string
}

/** Those whom the next try is for. */
export const waitingRecipients = (row: Pick<OutboundEmail, 'recipients'>): RecipientState[] =>
  row.recipients.filter(isWaiting)

type Answer = Pick<RecipientState, 'state'> & { response: string }

const withResponse = (recipient: RecipientState, { state, response }: Answer) => ({
  ...recipient,
  state,
  response: response.slice(0, 1000),
})

const sentence = (recipients: RecipientState[]): string =>
  recipients
    .filter(({ state, response }) => response && (state === 'failed' || state === 'queued'))
    .map(({ address, response }) => `${address}: ${response}`)
    .join('\n')

/** Takes out those whom no server has to be asked about. */
export const refuseBadAddresses = (row: OutboundEmail): RecipientState[] =>
  row.recipients.map((recipient) =>
    isWaiting(recipient) && !isValidAddress(recipient.address)
      ? withResponse(recipient, { state: 'failed', response: 'Not a valid email address.' })
      : recipient,
  )

/** The server has answered for each recipient. */
export const afterAnswer = (recipients: RecipientState[], result: SendResult): Outcome => {
  const accepted = new Set(result.accepted)
  const rejected = new Map(result.rejected.map((rejection) => [rejection.address, rejection]))
  const after = recipients.map((recipient) => {
    if (!isWaiting(recipient)) return recipient
    const address = wireAddress(recipient.address)
    if (accepted.has(address)) return withResponse(recipient, { state: 'sent', response: result.response })
    const rejection = rejected.get(address)
    if (!rejection) {
      const response = 'The mail server did not answer for this address.'
      return withResponse(recipient, { state: 'queued', response })
    }
    const { retry, response } = rejection
    return withResponse(recipient, { state: retry ? 'queued' : 'failed', response })
  })
  const failed = after.filter(({ state }) => state === 'failed')
  const waiting = after.filter(({ state }) => state === 'queued')
  return {
    recipients: after,
    error: sentence(after),
    errorCode: failed.length ? 'refused' : waiting.length ? 'deferred' : '',
    response: result.response,
  }
}

/** The try failed for all of them alike. */
export const afterError = (recipients: RecipientState[], error: MailError): Outcome => ({
  recipients: recipients.map((recipient) =>
    isWaiting(recipient)
      ? withResponse(recipient, {
          state: error.retry ? 'queued' : 'failed',
          response: error.response ?? error.message,
        })
      : recipient,
  ),
  error:
    error.response && error.response !== error.message ? `${error.message} ${error.response}` : error.message,
  errorCode: error.code,
  response: error.response ?? '',
})

/** Nobody waits any longer: whoever has not got it will not get it. */
export const giveUp = (outcome: Outcome): Outcome => ({
  ...outcome,
  recipients: outcome.recipients.map((recipient) =>
    isWaiting(recipient) ? { ...recipient, state: 'failed' } : recipient,
  ),
})

/** The state of the whole mail. */
export const stateOf = (recipients: RecipientState[]): 'queued' | 'sent' | 'failed' => {
  if (recipients.some(isWaiting)) return 'queued'
  return recipients.some(({ state }) => state === 'sent') ? 'sent' : 'failed'
}

export const maybeDeliveredWords = 'failed: may have been delivered'
