import type { CollectionConfig, Field } from 'payload'
import { label } from '../../translations/label.js'
import { isManager, nobody } from '../access/role.js'
import type { SchemaContext } from '../context.js'
import { flag, text } from '../fields.js'
import { forget, forgetDeleted } from './listening.js'
import { noteScope, offerable, validEvents, validUrl } from './validate.js'

const hinted = (field: Field, { hint, ...admin }: { hint?: string; [name: string]: unknown }): Field =>
  ({
    ...field,
    admin: {
      ...(field as { admin?: object }).admin,
      ...admin,
      ...(hint && { description: label(`outgoing:${hint}`) }),
    },
  }) as Field

/** Written by the help desk alone. */
const ours = (field: Field): Field =>
  ({ ...field, access: { create: nobody, update: nobody }, admin: { hidden: true } }) as Field

/** Other systems that are told what happens in the help desk: where, of what, and of which mailboxes. */
export const webhooks = ({ slugs }: SchemaContext): CollectionConfig => ({
  slug: slugs.webhooks,
  labels: { singular: label('outgoing:one'), plural: label('outgoing:many') },
  versions: false,
  lockDocuments: false,
  disableDuplicate: true,
  admin: { useAsTitle: 'name', group: 'Help desk', defaultColumns: ['name', 'url', 'active'] },
  access: {
    create: isManager,
    read: isManager,
    update: isManager,
    delete: isManager,
    admin: isManager,
    readVersions: nobody,
  },
  fields: [
    { ...text('name'), required: true } as Field,
    hinted({ ...text('url'), required: true, validate: validUrl } as Field, { hint: 'urlHint' }),
    {
      name: 'events',
      type: 'text',
      hasMany: true,
      required: true,
      label: label('field:events'),
      defaultValue: [...offerable],
      validate: validEvents as never,
      admin: {
        components: {
          Field: {
            path: 'payload-helpdesk/client#ChoicesField',
            clientProps: { values: offerable, labels: 'outgoing:event', hint: 'outgoing:eventsHint' },
          },
        },
      },
    },
    hinted(flag('includeNotes'), { hint: 'includeNotesHint' }),
    hinted(
      {
        name: 'mailboxes',
        type: 'relationship',
        label: label('field:mailboxes'),
        relationTo: slugs.mailboxes as never,
        hasMany: true,
        maxDepth: 1,
      },
      { hint: 'mailboxesHint' },
    ),
    hinted(flag('active', { defaultValue: true }), { hint: 'activeHint', position: 'sidebar' }),
    // Mailboxes were named: when the last of them is deleted, it hears of none, not of all.
    ours(flag('scoped')),
    // Why the help desk has switched it off by itself.
    ours(text('offReason', { values: ['gone'] })),
    {
      type: 'ui',
      name: 'deliveries',
      admin: {
        components: {
          Field: {
            path: 'payload-helpdesk/client#WebhookDeliveries',
            clientProps: { tickets: slugs.tickets },
          },
        },
      },
    },
  ],
  hooks: {
    beforeChange: [noteScope],
    afterChange: [forget],
    afterDelete: [forgetDeleted],
  },
})
