import type { Payload, PayloadRequest, User } from 'payload'
import { formatAdminURL } from 'payload/shared'
import { roleOf } from '../../collections/access/role.js'
import { getHelpdesk } from '../../core/config.js'
import { canClaim } from '../Claim/canClaim.js'
import { NavLinkClient } from './NavLinkClient.js'

type NavLinkProps = { payload: Payload; user?: User | null; i18n: { t: (key: string) => string } }

/** The inbox, first in the nav, for those who may open it. */
export const InboxNavLink = async ({ payload, user, i18n }: NavLinkProps) => {
  if (!user) return null
  const req = { payload, user } as unknown as PayloadRequest
  if (!roleOf(req) && !(await canClaim(req))) return null
  const { slugs } = getHelpdesk(payload)
  const href = formatAdminURL({
    adminRoute: payload.config.routes.admin,
    path: `/collections/${slugs.tickets}/inbox`,
    relative: true,
  })
  return <NavLinkClient href={href} label={i18n.t('helpdesk:inbox:title')} />
}
