import type { Payload, PayloadRequest } from 'payload'
import { roleOf } from '../../collections/access/role.js'
import { ticketScope } from '../../collections/access/scope.js'
import type { DocID } from '../../collections/types.js'
import { getHelpdesk } from '../../core/config.js'
import type { Subscriber } from './subscriber.js'

type User = { id: DocID; sessions?: { id: string; expiresAt: string }[] | null }

/** Payload dates sessions by the clock of its own process, and lets them in by it. */
const sessionHolds = ({ session }: Subscriber, { sessions }: User): boolean =>
  session === undefined ||
  (sessions ?? []).some(({ id, expiresAt }) => id === session && new Date(expiresAt).getTime() > Date.now())

/**
 * Reads the users of all streams anew: who was deleted, has lost their role or has signed out is shown out, the
 * others see from now on what they may see now.
 */
export const renewRights = async (payload: Payload, subscribers: Subscriber[]): Promise<void> => {
  const { usersSlug } = getHelpdesk(payload)
  const ids = [...new Set(subscribers.map(({ req }) => req.user!.id))]
  if (!ids.length) return
  const { docs } = await payload.find({
    collection: usersSlug as never,
    where: { id: { in: ids } },
    depth: 0,
    joins: false,
    limit: ids.length,
    pagination: false,
    overrideAccess: true,
    showHiddenFields: true,
    req: { payload } as PayloadRequest,
  })
  const users = new Map((docs as unknown as User[]).map((user) => [String(user.id), user]))
  for (const subscriber of subscribers) {
    const user = users.get(String(subscriber.req.user!.id))
    if (user) subscriber.req.user = { ...user, collection: usersSlug } as never
    if (!user || !sessionHolds(subscriber, user) || !roleOf(subscriber.req)) subscriber.close()
    else subscriber.scope = await ticketScope(subscriber.req)
  }
}
