import type { Helpdesk } from '../core/config.js'
import type { Part } from '../core/part.js'
import { tellEvents } from './tell.js'
import { webhookEndpoints } from './webhooks/endpoints.js'
import { webhookWork } from './webhooks/work.js'

export type { Delivery, DeliveryPage, WebhookSecret } from './webhooks/log.js'

/** What the events give the roof: the site's own code is told only where there is any. */
export const eventsPart = ({ events }: Helpdesk): Part => ({
  endpoints: webhookEndpoints,
  work: [
    ...(events.heard.size
      ? [{ name: 'events.tell', everyMs: 2000, wakesOn: { activity: 0 }, run: tellEvents }]
      : []),
    ...webhookWork,
  ],
})
