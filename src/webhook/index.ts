import type { Part } from '../core/part.js'
import { webhookEndpoints } from './endpoints.js'

export type { WebhookKey } from './keys.js'

/** What the webhook gives the roof. */
export const webhookPart = (): Part => ({ endpoints: webhookEndpoints })
