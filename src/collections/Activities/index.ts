import type { CollectionConfig } from 'payload'
import { label } from '../../translations/label.js'
import { isAgent, nobody } from '../access/role.js'
import { scopeWhere, ticketScope } from '../access/scope.js'
import type { SchemaContext } from '../context.js'
import { date, json, relation, text } from '../fields.js'
import { refuseDelete, refuseWrites } from '../managed.js'

/** The history: append-only, one line an act, written in the transaction of the act. Live updates read it. */
export const activities = ({ slugs, usersSlug }: SchemaContext): CollectionConfig => ({
  slug: slugs.activities,
  labels: { singular: label('activity:one'), plural: label('activity:many') },
  versions: false,
  lockDocuments: false,
  timestamps: false,
  disableDuplicate: true,
  admin: { hidden: true },
  access: {
    create: nobody,
    read: async ({ req }) => scopeWhere(await ticketScope(req), 'ticket.'),
    update: nobody,
    delete: nobody,
    admin: isAgent,
    readVersions: nobody,
  },
  indexes: [{ fields: ['ticket', 'createdAt'] }],
  fields: [
    text('kind'),
    date('createdAt', { index: true }),
    relation('ticket', { to: slugs.tickets, index: false }),
    relation('message', { to: slugs.messages, index: false }),
    relation('contact', { to: slugs.contacts }),
    relation('actor', { to: usersSlug, index: false }),
    text('actorKind', { values: ['agent', 'customer', 'system'] }),
    relation('mailbox', { to: slugs.mailboxes, index: false }),
    relation('mailboxBefore', { to: slugs.mailboxes, index: false }),
    relation('assignee', { to: usersSlug, index: false }),
    relation('assigneeBefore', { to: usersSlug, index: false }),
    text('status'),
    text('statusBefore'),
    json('data'),
  ],
  hooks: { beforeChange: [refuseWrites('a verb')], beforeDelete: [refuseDelete('nothing: history stays')] },
})
