import type { CollectionConfig } from 'payload'
import { label } from '../../translations/label.js'
import { isManager, nobody } from '../access/role.js'
import type { SchemaContext } from '../context.js'
import { area, date, flag, json, num, relation, text } from '../fields.js'
import { refuseDelete, refuseWrites } from '../managed.js'

/** The outbox: one row for every mail to send, written in the transaction that caused it. */
export const outboundEmails = ({ slugs, usersSlug }: SchemaContext): CollectionConfig => ({
  slug: slugs.outboundEmails,
  labels: { singular: label('outboundEmail:one'), plural: label('outboundEmail:many') },
  versions: false,
  lockDocuments: false,
  timestamps: false,
  disableDuplicate: true,
  admin: { useAsTitle: 'subject', group: 'Help desk', hidden: true },
  access: {
    create: nobody,
    read: isManager,
    update: nobody,
    delete: nobody,
    admin: isManager,
    readVersions: nobody,
  },
  indexes: [{ fields: ['state', 'dueAt'] }],
  fields: [
    relation('mailbox', { to: slugs.mailboxes, index: false }),
    relation('ticket', { to: slugs.tickets }),
    relation('message', { to: slugs.messages }),
    text('kind'),
    // What it tells; of an answer or an acknowledgement nothing else could.
    text('event'),
    // Whether the address is proven to be the one's who wrote to us.
    flag('verified'),
    // Whose act it tells.
    relation('agent', { to: usersSlug, index: false }),
    flag('automatic'),
    text('state'),
    date('dueAt'),
    num('attempts', { defaultValue: 0 }),
    num('sendingAttempts', { defaultValue: 0 }),
    text('leaseToken', { hidden: true }),
    date('leaseUntil'),
    json('recipients'),
    text('subject'),
    text('internetMessageId'),
    text('messageIdHash', { index: true, hidden: true }),
    text('inReplyTo'),
    json('references'),
    // What lets somebody in stands in these: no API gives them.
    { ...json('rendered'), access: { read: nobody } } as never,
    { ...json('data'), access: { read: nobody } } as never,
    area('error'),
    text('errorCode'),
    date('sentAt'),
    text('uniqueKey', { unique: true, index: true }),
    date('createdAt', { index: true }),
  ],
  hooks: { beforeChange: [refuseWrites('a verb')], beforeDelete: [refuseDelete('the worker')] },
})
