import type { Part } from '../core/part.js'
import { sweepCalls } from './calls.js'
import { webhookEndpoints } from './endpoints.js'

export type { WebhookKey } from './keys.js'

/** What the webhook gives the roof. */
export const webhookPart = (): Part => ({
  endpoints: webhookEndpoints,
  work: [{ name: 'webhook.sweep', everyMs: 60 * 60_000, run: ({ payload }) => sweepCalls(payload) }],
})
