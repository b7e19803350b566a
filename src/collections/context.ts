import type { Helpdesk } from '../core/config.js'
import type { Slugs } from '../core/slugs.js'

/** What a collection's factory knows at config time. */
export type SchemaContext = { slugs: Slugs; usersSlug: string; helpdesk: Helpdesk }
