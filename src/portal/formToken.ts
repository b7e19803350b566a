import type { Payload } from 'payload'
import { now } from '../core/clock.js'
import { HelpdeskError } from '../core/errors.js'
import { sign, verify } from '../core/secret.js'
import type { Caller } from './caller.js'

const hourMs = 60 * 60_000

/** A page may be left open for a day before its form is sent. */
const hoursOpen = 24

/** For whom a form was made, and of which mailbox's portal it is. */
export type FormOf = Pick<Caller, 'key'> & { mailbox?: unknown }

const boundTo = ({ key, mailbox }: FormOf, hour: number): string => `${hour}:${key}:${mailbox ?? ''}`

/** What a form of the portal carries to show that the site's own page made it, for this caller. */
export const formToken = (payload: Payload, of: FormOf): string => {
  const hour = Math.floor(now().getTime() / hourMs)
  return `${hour}.${sign({ payload, purpose: 'portal-form', value: boundTo(of, hour) })}`
}

export type CheckArgs = { payload: Payload; of: FormOf; token: unknown }

/** Throws `formExpired` where the form is another's, another portal's or another site's, or too old. */
export const checkFormToken = ({ payload, of, token }: CheckArgs): void => {
  const [hour = '', signature = ''] = String(token ?? '').split('.')
  const age = Math.floor(now().getTime() / hourMs) - Number(hour)
  const isOurs =
    /^\d{1,10}$/.test(hour) &&
    age >= 0 &&
    age <= hoursOpen &&
    verify({ payload, purpose: 'portal-form', value: boundTo(of, Number(hour)), signature })
  if (!isOurs) throw new HelpdeskError('formExpired')
}
