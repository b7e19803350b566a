import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { HelpdeskError } from '../core/errors.js'

/**
 * The agent in whose name a verb acts; null where nobody is signed in, or somebody of another auth collection, whose
 * ids are those of other people.
 */
export const agentOf = ({ user, payload }: Pick<PayloadRequest, 'payload' | 'user'>): DocID | null =>
  user && user.collection === getHelpdesk(payload).usersSlug ? user.id : null

/** The agent of a verb that keeps something of theirs. Throws `notSignedIn`, `notAllowed`. */
export const agentOrRefuse = (req: Pick<PayloadRequest, 'payload' | 'user'>): DocID => {
  const agent = agentOf(req)
  if (agent === null) throw new HelpdeskError(req.user ? 'notAllowed' : 'notSignedIn')
  return agent
}
