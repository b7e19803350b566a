import type { PayloadRequest } from 'payload'
import { getHelpdesk } from '../core/config.js'
import { withoutPlus } from '../rules/address.js'
import type { Caller } from './caller.js'
import { countAgainst } from './keys.js'

export type StrangerArgs = {
  req: PayloadRequest
  /** What is asked for under an address that nobody has proven. */
  what: 'links' | 'requests'
  address: string
}

/**
 * Counts what somebody asks for whom nobody knows. The one first: who is over their own share takes nothing of the
 * others'. Throws `tooOften`.
 */
export const countStranger = async ({ req, what, address }: StrangerArgs): Promise<void> => {
  const { limits } = getHelpdesk(req.payload).portal
  const client = limits.clientAddress({ headers: req.headers })
  const most = what === 'links' ? limits.linksPerAddress : limits.requestsPerAddress
  await countAgainst({
    req,
    limits: [
      // Whatever stands behind a plus reaches the same person.
      { of: `${what}:${withoutPlus(address)}`, most },
      ...(client
        ? [{ of: `client:${client.slice(0, 64)}`, most: Math.max(1, Math.floor(limits.perHour / 10)) }]
        : []),
      { of: 'strangers', most: limits.perHour },
    ],
  })
}

/** Counts what a customer or the holder of a link does. Throws `tooOften`. */
export const countCaller = (req: PayloadRequest, caller: Caller): Promise<void> => {
  const { perCustomer } = getHelpdesk(req.payload).portal.limits
  const who = caller.kind === 'nobody' ? '' : caller.address
  return countAgainst({ req, limits: [{ of: `acts:${who}`, most: perCustomer }] })
}
