import type { PayloadRequest } from 'payload'
import { roleOf } from '../../collections/access/role.js'
import { getHelpdesk } from '../../core/config.js'
import type { Overview } from '../api.js'
import type { DeskProps } from '../desk/Desk.js'

/** What the desk's screens learn from the server about the site and the agent. */
export const deskProps = (req: PayloadRequest, overview: Overview | null): DeskProps => {
  const helpdesk = getHelpdesk(req.payload)
  const { tickets, messages, mailboxes, contacts } = helpdesk.slugs
  const user = req.user as unknown as { id: number | string; name?: string; email?: string }
  return {
    slugs: { tickets, messages, mailboxes, contacts, users: helpdesk.usersSlug },
    me: {
      id: user.id,
      name: overview?.me.name || user.name || user.email || '',
      role: roleOf(req) ?? 'agent',
    },
    extraFields: helpdesk.tickets.extraFields,
    titleSuffix: req.payload.config.admin?.meta?.titleSuffix ?? '',
  }
}
