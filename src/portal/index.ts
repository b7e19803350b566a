import type { Part } from '../core/part.js'
import { portalEndpoints } from './endpoints.js'
import { sweepKeys } from './keys.js'
import { refusePortalFields } from './ticketFields.js'

/** What the portal gives the roof. Its components have a door of their own, `exports/portal.ts`. */
export const portalPart = (): Part => ({
  endpoints: portalEndpoints,
  onInit: refusePortalFields,
  work: [{ name: 'portal.sweep', everyMs: 60 * 60_000, run: ({ payload }) => sweepKeys(payload) }],
})
