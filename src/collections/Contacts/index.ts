import type { CollectionConfig } from 'payload'
import { label } from '../../translations/label.js'
import { contactScope } from '../access/contactScope.js'
import { isAgent, isManager, nobody } from '../access/role.js'
import type { SchemaContext } from '../context.js'
import { area, flag, relation, text } from '../fields.js'
import { refuseContactInUse } from '../inUse.js'

export const contacts = ({ slugs, usersSlug }: SchemaContext): CollectionConfig => ({
  slug: slugs.contacts,
  labels: { singular: label('contact:one'), plural: label('contact:many') },
  versions: false,
  lockDocuments: false,
  admin: {
    useAsTitle: 'name',
    group: 'Help desk',
    defaultColumns: ['name', 'company', 'phone', 'owner'],
    listSearchableFields: ['name', 'company', 'phone'],
  },
  access: {
    create: isAgent,
    read: async ({ req }) => contactScope(req),
    update: async ({ req }) => contactScope(req),
    delete: isManager,
    admin: isAgent,
    readVersions: nobody,
  },
  fields: [
    text('name'),
    text('company'),
    text('phone'),
    text('locale'),
    relation('owner', { to: usersSlug }),
    area('notes'),
    flag('archived'),
    {
      name: 'addresses',
      type: 'ui',
      label: label('field:addresses'),
      admin: { disableListColumn: true, components: { Field: 'payload-helpdesk/rsc#ContactAddresses' } },
    },
    {
      name: 'tickets',
      type: 'join',
      label: label('ticket:many'),
      collection: slugs.tickets as never,
      on: 'contact',
      defaultSort: '-lastActivityAt',
      admin: { allowCreate: false, defaultColumns: ['number', 'subject', 'status'] },
    },
    {
      name: 'deals',
      type: 'join',
      label: label('deal:many'),
      collection: slugs.deals as never,
      on: 'contact',
      admin: { defaultColumns: ['title', 'value', 'stage', 'outcome'] },
    },
  ],
  hooks: { beforeDelete: [refuseContactInUse] },
})
