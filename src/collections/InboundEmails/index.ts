import type { CollectionConfig } from 'payload'
import { label } from '../../translations/label.js'
import { isManager, nobody } from '../access/role.js'
import type { SchemaContext } from '../context.js'
import { area, date, flag, num, relation, text } from '../fields.js'
import { refuseDelete, refuseWrites } from '../managed.js'

export const verdicts = [
  'opened',
  'appended',
  'bounce',
  'ignored',
  'duplicate',
  'tooLarge',
  'quarantined',
] as const

/** The journal: one row for every sighting of a mail, from before it is parsed to its verdict. */
export const inboundEmails = ({ slugs }: SchemaContext): CollectionConfig => ({
  slug: slugs.inboundEmails,
  labels: { singular: label('inboundEmail:one'), plural: label('inboundEmail:many') },
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
  indexes: [
    { fields: ['mailbox', 'epoch', 'folder', 'uidValidity', 'uid'], unique: true },
    { fields: ['state', 'mailbox', 'nextTryAt'] },
  ],
  fields: [
    relation('mailbox', { to: slugs.mailboxes, index: false }),
    // Of the mailbox when the mail was seen: folders of two accounts may have the same name and numbers.
    num('epoch', { defaultValue: 0 }),
    text('folder'),
    num('uidValidity'),
    num('uid'),
    num('size'),
    date('internalDate'),
    // Seen anew under another number, and perhaps from before the mailbox was connected.
    flag('rescanned'),
    text('state', { values: ['received', 'done', 'quarantined'] }),
    text('verdict', { values: verdicts }),
    text('reason'),
    area('explanation'),
    num('attempts', { defaultValue: 0 }),
    date('nextTryAt'),
    area('error'),
    text('fromAddress'),
    text('subject'),
    text('internetMessageId'),
    text('sha256'),
    relation('ticket', { to: slugs.tickets }),
    relation('message', { to: slugs.messages }),
    date('createdAt'),
    date('doneAt'),
  ],
  hooks: { beforeChange: [refuseWrites('the worker')], beforeDelete: [refuseDelete('the worker')] },
})
