import type { CollectionConfig } from 'payload'
import { label } from '../../translations/label.js'
import { isAgent, isManager, nobody, roleOf } from '../access/role.js'
import { memberMailboxes } from '../access/scope.js'
import type { SchemaContext } from '../context.js'
import { refuseMailboxInUse } from '../inUse.js'
import { keepSecrets, markPasswords } from './credentials.js'
import { mailboxFields } from './fields.js'

export const mailboxes = (context: SchemaContext): CollectionConfig => ({
  slug: context.slugs.mailboxes,
  labels: { singular: label('mailbox:one'), plural: label('mailbox:many') },
  versions: false,
  lockDocuments: false,
  disableDuplicate: true,
  admin: { useAsTitle: 'name', group: 'Help desk', defaultColumns: ['name', 'address', 'type', 'archived'] },
  access: {
    create: isManager,
    read: async ({ req }) => {
      const role = roleOf(req)
      if (role !== 'agent') return role !== null
      return { id: { in: await memberMailboxes(req) } }
    },
    update: isManager,
    delete: isManager,
    admin: isAgent,
    readVersions: nobody,
  },
  fields: mailboxFields(context),
  hooks: {
    beforeChange: [keepSecrets],
    beforeRead: [markPasswords],
    beforeDelete: [refuseMailboxInUse],
  },
})
