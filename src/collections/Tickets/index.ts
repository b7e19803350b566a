import type { CollectionConfig, Field } from 'payload'
import { priorities } from '../../rules/priority.js'
import { statuses } from '../../rules/status.js'
import { label } from '../../translations/label.js'
import { isAgent, nobody } from '../access/role.js'
import { scopeWhere, ticketScope } from '../access/scope.js'
import type { SchemaContext } from '../context.js'
import { date, flag, num, readOnly, relation, text } from '../fields.js'
import { guardManaged, refuseDelete } from '../managed.js'

/** Who writes each field that the help desk manages. A site's extra fields stay writable. */
export const managedTicketFields: Record<string, string> = {
  number: 'openTicket',
  subject: 'changeSubject',
  status: 'changeStatus',
  priority: 'changePriority',
  mailbox: 'moveTicket',
  contact: 'changeRequester',
  assignee: 'assignTicket',
  source: 'openTicket',
  requesterAddress: 'changeRequester',
  requesterVerified: 'changeRequester',
  automatic: 'openTicket',
  spam: 'markSpam',
  deliveryProblem: 'retryDelivery',
  replyKey: 'openTicket',
  followUpOf: 'openTicket',
  relatedTo: 'openTicket',
  waitingSince: 'changeStatus',
  lastActivityAt: 'a verb',
  lastCustomerMessageAt: 'receiveMessage',
  lastAgentMessageAt: 'replyToTicket',
  firstResponseAt: 'replyToTicket',
  resolvedAt: 'changeStatus',
  closedAt: 'changeStatus',
  messageCount: 'a verb',
  hasAttachments: 'a verb',
  preview: 'a verb',
}

const ticketFields = ({ slugs, usersSlug }: SchemaContext): Field[] => [
  ...readOnly([
    num('number', { unique: true, index: true }),
    text('subject'),
    {
      name: 'status',
      type: 'select',
      label: label('field:status'),
      options: statuses.map((value) => ({ value, label: label(`status:${value}`) })),
      defaultValue: 'open',
    },
    {
      name: 'priority',
      type: 'select',
      label: label('field:priority'),
      options: priorities.map((value) => ({ value, label: label(`priority:${value}`) })),
      defaultValue: 'normal',
    },
    relation('mailbox', { to: slugs.mailboxes, required: true }),
    relation('contact', { to: slugs.contacts, required: true }),
    relation('assignee', { to: usersSlug }),
    text('source', { values: ['email', 'portal', 'webhook', 'form', 'manual'] }),
    text('requesterAddress'),
    flag('requesterVerified'),
    flag('automatic'),
    flag('spam'),
    flag('deliveryProblem'),
    relation('followUpOf', { to: slugs.tickets }),
    relation('relatedTo', { to: slugs.tickets }),
    date('waitingSince'),
    date('lastActivityAt', { index: true }),
    date('lastCustomerMessageAt'),
    date('lastAgentMessageAt'),
    date('firstResponseAt'),
    date('resolvedAt'),
    date('closedAt'),
    num('messageCount', { defaultValue: 0 }),
    flag('hasAttachments'),
    text('preview'),
  ]),
  text('replyKey', { unique: true, index: true, hidden: true }),
  {
    name: 'followers',
    type: 'join',
    collection: slugs.followers as never,
    on: 'ticket',
    admin: { hidden: true },
  },
]

export const tickets = (context: SchemaContext): CollectionConfig => ({
  slug: context.slugs.tickets,
  labels: { singular: label('ticket:one'), plural: label('ticket:many') },
  versions: false,
  lockDocuments: false,
  disableDuplicate: true,
  disableBulkEdit: true,
  defaultSort: '-lastActivityAt',
  admin: {
    useAsTitle: 'subject',
    group: 'Help desk',
    defaultColumns: ['number', 'subject', 'status', 'priority', 'assignee', 'mailbox', 'lastActivityAt'],
    listSearchableFields: ['subject', 'number'],
    hidden: ({ user }) => !user,
  },
  access: {
    create: nobody,
    read: async ({ req }) => scopeWhere(await ticketScope(req)),
    update: async ({ req }) => scopeWhere(await ticketScope(req)),
    delete: nobody,
    admin: isAgent,
    readVersions: nobody,
  },
  indexes: [
    { fields: ['status', 'waitingSince'] },
    { fields: ['assignee', 'status', 'waitingSince'] },
    { fields: ['mailbox', 'status', 'waitingSince'] },
    { fields: ['contact', 'lastActivityAt'] },
  ],
  fields: ticketFields(context),
  hooks: {
    beforeChange: [guardManaged(managedTicketFields)],
    beforeDelete: [refuseDelete('`deleteTicket`')],
  },
})
