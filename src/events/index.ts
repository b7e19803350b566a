import type { Helpdesk } from '../core/config.js'
import type { Part } from '../core/part.js'
import { tellEvents } from './tell.js'

/** What the events give the roof: nothing where nobody hears. */
export const eventsPart = ({ events }: Helpdesk): Part =>
  events.heard.size
    ? { work: [{ name: 'events.tell', everyMs: 2000, wakesOn: ['activity'], run: tellEvents }] }
    : {}
