import type { Payload } from 'payload'
import { now } from '../core/clock.js'
import { HelpdeskError } from '../core/errors.js'
import { sign, verify } from '../core/secret.js'
import type { Caller } from './caller.js'

const hourMs = 60 * 60_000

/** A page may be left open for a day before its form is sent. */
const hoursOpen = 24

const boundTo = ({ key }: Pick<Caller, 'key'>, hour: number): string => `${hour}:${key}`

/** What a form of the portal carries to show that the site's own page made it, for this caller. */
export const formToken = (payload: Payload, caller: Pick<Caller, 'key'>): string => {
  const hour = Math.floor(now().getTime() / hourMs)
  return `${hour}.${sign({ payload, purpose: 'portal-form', value: boundTo(caller, hour) })}`
}

export type CheckArgs = { payload: Payload; caller: Pick<Caller, 'key'>; token: unknown }

/** Throws `formExpired` where the form is another's, another site's or too old. */
export const checkFormToken = ({ payload, caller, token }: CheckArgs): void => {
  const [hour = '', signature = ''] = String(token ?? '').split('.')
  const age = Math.floor(now().getTime() / hourMs) - Number(hour)
  const isOurs =
    /^\d{1,10}$/.test(hour) &&
    age >= 0 &&
    age <= hoursOpen &&
    verify({ payload, purpose: 'portal-form', value: boundTo(caller, Number(hour)), signature })
  if (!isOurs) throw new HelpdeskError('formExpired')
}
