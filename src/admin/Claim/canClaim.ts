import type { PayloadRequest } from 'payload'
import { mayClaim, someRoleExists } from '../../operations/claimRole.js'

/** Whether the caller is shown the claim screen: nobody holds a role, and they may give one. */
export const canClaim = async (req: PayloadRequest): Promise<boolean> =>
  (await mayClaim(req)) && !(await someRoleExists(req))
