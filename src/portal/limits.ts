import type { PayloadRequest } from 'payload'
import { getHelpdesk } from '../core/config.js'

/** What all whom nobody knows share, and the one of them who asks. */
export const strangerLimits = (req: PayloadRequest): { of: string; most: number }[] => {
  const { perHour, clientAddress } = getHelpdesk(req.payload).portal.limits
  const client = clientAddress({ headers: req.headers })
  return [
    // The one first: who is over their own share takes nothing of the others'.
    ...(client ? [{ of: `client:${client.slice(0, 64)}`, most: Math.max(1, Math.floor(perHour / 10)) }] : []),
    { of: 'strangers', most: perHour },
  ]
}
