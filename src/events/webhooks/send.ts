import { createLocalReq, type Payload } from 'payload'
import { Webhook } from 'standardwebhooks'
import type { DocID } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { failpoint } from '../../core/failpoint.js'
import { type FaultCode, fault, type Outcome, post } from './post.js'
import { type Claim, claimDelivery, isWornOut, settle } from './queue.js'
import { signingSecrets } from './secrets.js'

/** Deliveries of one webhook before others have their turn. */
const most = 50

/** After these the receiver is left alone for now: to ask again at once would only take time. */
const silent: readonly FaultCode[] = ['dns', 'connect', 'tls', 'timeout', 'gone']

type SignArgs = { secrets: string[]; key: string; body: string; at: Date }

/** The headers of Standard Webhooks. While two secrets hold, it is signed with both. */
const signed = ({ secrets, key, body, at }: SignArgs): Record<string, string> => ({
  'webhook-id': key,
  'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
  'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(key, at, body)).join(' '),
})

const deliver = async (payload: Payload, claim: Claim): Promise<Outcome> => {
  if (isWornOut(claim)) return fault('died')
  const { allowPrivateHosts, timeoutMs } = getHelpdesk(payload).events.webhooks
  const req = await createLocalReq({}, payload)
  const secrets = await signingSecrets({ req, webhook: claim.webhook })
  if (!secrets.length) return fault('noSecret')
  return post({
    url: claim.url,
    body: claim.body,
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(claim.body)),
      'user-agent': 'payload-helpdesk',
      ...signed({ secrets, key: claim.key, body: claim.body, at: now() }),
    },
    allowed: allowPrivateHosts,
    timeoutMs,
  })
}

type QueueArgs = { payload: Payload; webhook: DocID; signal: AbortSignal }

/** Sends what is due for one webhook, one after the other, the oldest first; ends where nobody answers. */
export const sendQueue = async ({ payload, webhook, signal }: QueueArgs): Promise<void> => {
  for (let count = 0; count < most && !signal.aborted; count++) {
    const claim = await claimDelivery(payload, webhook)
    if (!claim) return
    const outcome = await deliver(payload, claim)
    failpoint('after-webhook')
    await settle({ payload, claim, outcome })
    if (!outcome.isDelivered && silent.includes(outcome.code)) return
  }
}
