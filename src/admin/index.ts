import type { Helpdesk } from '../core/config.js'
import type { Part } from '../core/part.js'
import { deskEndpoints } from './endpoints/index.js'

/** What the agents' desk gives the roof. */
export const adminPart = (_helpdesk: Helpdesk): Part => ({ endpoints: deskEndpoints })
