import type { Helpdesk } from '../../core/config.js'
import type { Work } from '../../core/part.js'
import { fetchWork } from './fetchWork.js'
import { processWork } from './processWork.js'
import { sweepWork } from './sweep.js'

/** The slices of work by which mail comes in. */
export const inboundWork = (helpdesk: Helpdesk): Work[] => [fetchWork(helpdesk), processWork(), sweepWork()]
