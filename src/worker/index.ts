import type { Helpdesk } from '../core/config.js'
import type { Part } from '../core/part.js'

/** What the worker gives the roof. */
export const workerPart = (_helpdesk: Helpdesk): Part => ({})
