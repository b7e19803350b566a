import type { Field, PayloadRequest } from 'payload'
import { getHelpdesk } from '../../core/config.js'
import { label } from '../../translations/label.js'
import { roleOf } from '../access/role.js'
import { roles } from '../options.js'

const mayGive = (req: PayloadRequest, id: unknown): boolean => {
  if (!req.user || String(req.user.id) === String(id)) return false
  const role = roleOf(req)
  return role === 'administrator' || role === 'manager'
}

/** Users of another auth collection have the same numbers. */
const isSelf = ({ user, payload }: PayloadRequest, id: unknown): boolean =>
  user != null && user.collection === getHelpdesk(payload).usersSlug && String(user.id) === String(id)

/**
 * The field that gives a user of the admin collection a role in the help desk. Administrators give any role,
 * managers make agents, nobody changes their own.
 */
export const roleField = (): Field => ({
  name: 'helpdeskRole',
  type: 'text',
  label: label('field:helpdeskRole'),
  index: true,
  access: {
    read: ({ req, id }) => roleOf(req) !== null || isSelf(req, id),
    create: ({ req }) => mayGive(req, null),
    update: ({ req, id }) => mayGive(req, id),
  },
  validate: ((value: unknown, { req, previousValue }: { req: PayloadRequest; previousValue?: unknown }) => {
    const empty = value == null || value === ''
    if (!empty && !roles.includes(value as never)) return `One of: ${roles.join(', ')}`
    const changes = (value || null) !== (previousValue || null)
    const byManager = Boolean(req.user) && roleOf(req) === 'manager'
    const agentsOnly = (empty || value === 'agent') && (!previousValue || previousValue === 'agent')
    if (changes && byManager && !agentsOnly) return 'Managers can make agents only.'
    return true
  }) as never,
  admin: {
    position: 'sidebar',
    description: label('role:hint'),
    components: {
      Field: {
        path: 'payload-helpdesk/client#OptionsField',
        clientProps: { values: roles, labels: 'role', clearable: true },
      },
    },
  },
})
