import type { Helpdesk } from '../core/config.js'
import type { Part } from '../core/part.js'

/** What mail gives the roof. */
export const mailPart = (_helpdesk: Helpdesk): Part => ({})
