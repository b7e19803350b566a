import type { Endpoint } from 'payload'
import { attachmentEndpoints } from './attachments.js'
import { claimEndpoints } from './claim.js'
import { inboxEndpoints } from './inbox.js'
import { liveEndpoints } from './live.js'
import { mailboxEndpoints } from './mailboxes.js'
import { mailboxTemplateEndpoints } from './mailboxTemplates.js'
import { messageEndpoints } from './messages.js'
import { quarantineEndpoints } from './quarantine.js'
import { ticketActs } from './ticketActs.js'
import { ticketEndpoints } from './tickets.js'

/** What the desk's screens call. */
export const deskEndpoints: Endpoint[] = [
  ...inboxEndpoints,
  ...ticketEndpoints,
  ...ticketActs,
  ...messageEndpoints,
  ...attachmentEndpoints,
  ...quarantineEndpoints,
  ...mailboxEndpoints,
  ...mailboxTemplateEndpoints,
  ...claimEndpoints,
  ...liveEndpoints,
]
