import type { Payload } from 'payload'
import type { Part } from './part.js'
import type { Slugs } from './slugs.js'

/**
 * The sanitised options, completed once at config time. Rooms add their own slice by module augmentation beside
 * the function that completes it (`declare module '../core/config.js' { interface Helpdesk { mail: … } }`).
 */
export interface Helpdesk {
  /** True when the site switched the plugin off: the schema stays, nothing runs. */
  disabled: boolean
  /** The slug of every collection. */
  slugs: Slugs
  /** The auth collection whose users are agents: `config.admin.user`. */
  usersSlug: string
  /** The key material, newest first; empty = the Payload secret. */
  secrets: string[]
  /** The parts that the rooms gave the roof, in order; the worker runs their `work`. */
  parts: Part[]
}

/** The sanitised options of a running site. */
export const getHelpdesk = (payload: Pick<Payload, 'config'>): Helpdesk => {
  const helpdesk = (payload.config.custom as { helpdesk?: Helpdesk } | undefined)?.helpdesk
  if (!helpdesk) {
    throw new Error(
      'payload-helpdesk is not installed: add helpdeskPlugin() to `plugins` of your Payload config.',
    )
  }
  return helpdesk
}
