import type { CollectionConfig } from 'payload'
import { messageKinds, visibilities } from '../../rules/visibility.js'
import { label } from '../../translations/label.js'
import { isAgent, nobody } from '../access/role.js'
import { scopeWhere, ticketScope } from '../access/scope.js'
import type { SchemaContext } from '../context.js'
import { area, date, flag, json, num, relation, text } from '../fields.js'
import { refuseDelete, refuseWrites } from '../managed.js'
import { composerField } from './composerField.js'

const verbs = '`receiveMessage`, `replyToTicket` or `addNote`'

export const messages = ({ slugs, usersSlug }: SchemaContext): CollectionConfig => ({
  slug: slugs.messages,
  // The form builder has a block named `message`, and GraphQL no room for two types of one name.
  graphQL: { singularName: 'TicketMessage', pluralName: 'TicketMessages' },
  labels: { singular: label('message:one'), plural: label('message:many') },
  versions: false,
  lockDocuments: false,
  disableDuplicate: true,
  timestamps: false,
  admin: { useAsTitle: 'preview', group: 'Help desk', hidden: true },
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
    relation('ticket', { to: slugs.tickets, required: true, index: false }),
    text('kind', { values: messageKinds }),
    text('visibility', { values: visibilities }),
    relation('author', { to: usersSlug }),
    relation('contact', { to: slugs.contacts }),
    text('fromName'),
    text('fromAddress'),
    json('recipients'),
    text('subject'),
    text('preview'),
    area('html'),
    area('text'),
    json('source'),
    area('quotedHtml'),
    area('quotedText'),
    area('signature'),
    text('messageId'),
    text('messageIdHash', { index: true, hidden: true }),
    json('references'),
    relation('inboundEmail', { to: slugs.inboundEmails, index: false }),
    flag('automatic'),
    flag('unverified'),
    text('reason'),
    text('delivery', { values: ['held', 'queued', 'sending', 'sent', 'failed', 'bounced', 'cancelled'] }),
    text('deliveryError'),
    flag('hasAttachments'),
    num('remoteImages', { defaultValue: 0 }),
    date('sentDate'),
    date('createdAt'),
    composerField,
  ],
  hooks: { beforeChange: [refuseWrites(verbs)], beforeDelete: [refuseDelete('`deleteTicket`')] },
})
