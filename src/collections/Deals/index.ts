import type { CollectionConfig } from 'payload'
import { label } from '../../translations/label.js'
import { isAgent, isManager, nobody, roleOf } from '../access/role.js'
import type { SchemaContext } from '../context.js'
import { date, num, relation, text } from '../fields.js'

export const deals = ({ slugs, usersSlug }: SchemaContext): CollectionConfig => ({
  slug: slugs.deals,
  labels: { singular: label('deal:one'), plural: label('deal:many') },
  versions: false,
  lockDocuments: false,
  admin: {
    useAsTitle: 'title',
    group: 'Help desk',
    defaultColumns: ['title', 'contact', 'value', 'stage', 'outcome'],
  },
  access: {
    create: isAgent,
    read: ({ req }) =>
      isManager({ req }) || (roleOf(req) && req.user ? { owner: { equals: req.user.id } } : false),
    update: ({ req }) =>
      isManager({ req }) || (roleOf(req) && req.user ? { owner: { equals: req.user.id } } : false),
    delete: isManager,
    admin: isAgent,
    readVersions: nobody,
  },
  fields: [
    { ...text('title'), required: true } as never,
    relation('contact', { to: slugs.contacts, required: true }),
    num('value'),
    text('currency'),
    text('stage'),
    text('outcome', { values: ['open', 'won', 'lost'], defaultValue: 'open' }),
    relation('owner', { to: usersSlug }),
    date('expectedClose'),
  ],
})
