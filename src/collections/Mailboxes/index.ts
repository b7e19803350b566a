import type { CollectionConfig, Field } from 'payload'
import { label } from '../../translations/label.js'
import { isAgent, isManager, nobody, roleOf } from '../access/role.js'
import { memberMailboxes } from '../access/scope.js'
import type { SchemaContext } from '../context.js'
import { area, flag, num, text } from '../fields.js'
import { refuseDeleteInUse } from '../inUse.js'
import { keepSecrets, markPasswords } from './credentials.js'
import { validAddress, validPort } from './validate.js'

const options = (name: string, values: readonly string[], defaultValue: string): Field =>
  ({
    ...text(name, { values, defaultValue }),
    admin: {
      components: {
        Field: {
          path: 'payload-helpdesk/client#OptionsField',
          clientProps: { values, labels: `option:${name}` },
        },
      },
    },
  }) as Field

const managersOnly = { read: isManager, create: isManager, update: isManager } as const

/** Where a mailbox logs in. The password is typed into `password`, kept encrypted in `secret`, and never shown. */
const login = (): Field[] => [
  {
    type: 'row',
    fields: [
      { ...text('host'), admin: { width: '50%' } } as Field,
      { ...num('port'), validate: validPort, admin: { width: '20%' } } as Field,
      options('security', ['tls', 'starttls', 'none'], 'tls'),
    ],
  },
  {
    type: 'row',
    fields: [
      { ...text('user'), admin: { width: '50%', autoComplete: 'off' } } as Field,
      {
        name: 'password',
        type: 'text',
        virtual: true,
        label: label('field:password'),
        access: { read: () => false, create: isManager, update: isManager },
        admin: { width: '50%', components: { Field: 'payload-helpdesk/client#PasswordField' } },
      },
    ],
  },
  { name: 'hasPassword', type: 'checkbox', virtual: true, admin: { hidden: true } },
  {
    ...text('secret', { hidden: true }),
    access: { read: () => false, create: nobody, update: nobody },
  } as Field,
  {
    ...text('authKind', { values: ['password', 'google', 'microsoft', 'oauth'], defaultValue: 'password' }),
    admin: { hidden: true },
  } as Field,
]

const mailboxFields = ({ usersSlug }: SchemaContext): Field[] => [
  { ...text('name'), required: true } as Field,
  { ...text('address', { unique: true, index: true }), required: true, validate: validAddress } as Field,
  options('type', ['email', 'web'], 'email'),
  { ...text('fromName'), admin: { description: label('mailbox:fromNameHint') } } as Field,
  {
    name: 'members',
    type: 'relationship',
    label: label('field:members'),
    relationTo: usersSlug as never,
    hasMany: true,
    access: { read: isAgent, create: isManager, update: isManager },
    admin: { description: label('mailbox:membersHint') },
  },
  flag('archived'),
  {
    type: 'ui',
    name: 'connection',
    admin: { components: { Field: 'payload-helpdesk/client#MailboxConnection' } },
  },
  {
    name: 'receive',
    type: 'group',
    label: label('mailbox:receive'),
    access: managersOnly,
    fields: [
      options('kind', ['none', 'imap'], 'imap'),
      ...login(),
      { ...text('folder', { defaultValue: 'INBOX' }) } as Field,
      options('afterwards', ['leave', 'seen', 'move'], 'leave'),
      text('moveTo'),
    ],
  },
  {
    name: 'send',
    type: 'group',
    label: label('mailbox:send'),
    access: managersOnly,
    fields: [
      options('kind', ['smtp', 'site', 'none'], 'smtp'),
      ...login(),
      flag('saveSent'),
      text('sentFolder'),
    ],
  },
  {
    name: 'settings',
    type: 'group',
    label: label('mailbox:settings'),
    access: managersOnly,
    fields: [
      flag('showAgentName', { defaultValue: true }),
      flag('acknowledge'),
      area('signature'),
      options('replyAddress', ['auto', 'plain', 'plus'], 'auto'),
      flag('subjectTag'),
      text('trustedAuthservId'),
    ],
  },
]

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
    beforeDelete: [refuseDeleteInUse('mailbox')],
  },
})
