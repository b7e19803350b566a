import type { Condition, Field } from 'payload'
import { label } from '../../translations/label.js'
import { isAgent, isManager, nobody } from '../access/role.js'
import type { SchemaContext } from '../context.js'
import { area, flag, json, num, text } from '../fields.js'
import { validAddress, validPort, validTemplates } from './validate.js'

type Admin = { width?: string; condition?: Condition; hint?: string; position?: 'sidebar'; hidden?: boolean }

/** How a field is shown: `hint` is a key below `mailbox:`. */
const shown = (field: Field, { hint, ...admin }: Admin): Field =>
  ({
    ...field,
    admin: {
      ...(field as { admin?: object }).admin,
      ...admin,
      ...(hint && { description: label(`mailbox:${hint}`) }),
    },
  }) as Field

const component = (field: Field, { name, clientProps }: { name: string; clientProps?: object }): Field =>
  ({
    ...field,
    admin: {
      ...(field as { admin?: object }).admin,
      components: { Field: { path: `payload-helpdesk/client#${name}`, ...(clientProps && { clientProps }) } },
    },
  }) as Field

type OptionsArgs = { values: readonly string[]; defaultValue: string; hint?: string }

/** A description in words does not reach a component of our own, so it gets the hint's key. */
const options = (name: string, { values, defaultValue, hint }: OptionsArgs): Field =>
  component(text(name, { values, defaultValue }), {
    name: 'OptionsField',
    clientProps: { values, labels: `option:${name}`, ...(hint && { hint: `mailbox:${hint}` }) },
  })

const row = (...fields: Field[]): Field => ({ type: 'row', fields })

const panel = (name: string, { path, clientProps }: { path: string; clientProps?: object }): Field =>
  ({
    type: 'ui',
    name,
    admin: { components: { Field: { path: `payload-helpdesk/client#${path}`, clientProps } } },
  }) as Field

const managersOnly = { read: isManager, create: isManager, update: isManager } as const

const when =
  (key: string, ...values: unknown[]): Condition =>
  (_data, sibling) =>
    values.includes(sibling?.[key])

const login = when('kind', 'imap', 'smtp')

/** Where a mailbox logs in. The password is typed into `password`, kept encrypted in `secret`, and never shown. */
const loginFields = (side: 'receive' | 'send'): Field[] => [
  row(
    shown(text('host'), { width: '50%', condition: login }),
    shown(options('security', { values: ['tls', 'starttls', 'none'], defaultValue: 'tls' }), {
      width: '30%',
      condition: login,
    }),
    component(shown({ ...num('port'), validate: validPort } as Field, { width: '20%', condition: login }), {
      name: 'PortField',
      clientProps: { side },
    }),
  ),
  row(
    shown({ ...text('user'), admin: { autoComplete: 'off' } } as Field, { width: '50%', condition: login }),
    component(
      shown(
        {
          name: 'password',
          type: 'text',
          virtual: true,
          label: label('field:password'),
          // Never stored and so never there to be read; who may not read a field gets no place to type.
          access: managersOnly,
          hooks: { afterRead: [() => undefined] },
        },
        { width: '50%', condition: login },
      ),
      { name: 'PasswordField' },
    ),
  ),
  { name: 'hasPassword', type: 'checkbox', virtual: true, admin: { hidden: true } },
  {
    ...text('secret', { hidden: true }),
    access: { read: () => false, create: nobody, update: nobody },
  } as Field,
  shown(
    text('authKind', { values: ['password', 'google', 'microsoft', 'oauth'], defaultValue: 'password' }),
    { hidden: true },
  ),
]

const receive = (): Field => ({
  type: 'group',
  name: 'receive',
  label: label('mailbox:receive'),
  access: managersOnly,
  admin: { condition: ({ type }) => type !== 'web' },
  fields: [
    row(shown(options('kind', { values: ['imap', 'none'], defaultValue: 'imap' }), { width: '50%' })),
    ...loginFields('receive'),
    row(
      shown(text('folder', { defaultValue: 'INBOX' }), {
        width: '33%',
        condition: login,
        hint: 'folderHint',
      }),
      shown(options('afterwards', { values: ['leave', 'seen', 'move'], defaultValue: 'leave' }), {
        width: '33%',
        condition: login,
      }),
      shown(text('moveTo'), {
        width: '33%',
        condition: (_data, sibling) => sibling?.['kind'] === 'imap' && sibling['afterwards'] === 'move',
      }),
    ),
  ],
})

const send = (): Field => ({
  type: 'group',
  name: 'send',
  label: label('mailbox:send'),
  access: managersOnly,
  fields: [
    row(
      shown(
        options('kind', { values: ['smtp', 'site', 'none'], defaultValue: 'smtp', hint: 'sendKindHint' }),
        { width: '50%' },
      ),
    ),
    ...loginFields('send'),
    row(
      shown(flag('saveSent'), {
        width: '50%',
        hint: 'saveSentHint',
        condition: ({ receive: from }, sibling) => from?.kind === 'imap' && sibling?.['kind'] !== 'none',
      }),
      shown(text('sentFolder'), { width: '50%', hint: 'sentFolderHint', condition: when('saveSent', true) }),
    ),
  ],
})

const settings = (): Field => ({
  type: 'group',
  name: 'settings',
  label: label('mailbox:settings'),
  access: managersOnly,
  fields: [
    shown(flag('showAgentName', { defaultValue: true }), { hint: 'showAgentNameHint' }),
    // Its switch stands among those of the other mails.
    shown(flag('acknowledge'), { hidden: true }),
    shown(area('signature'), { hint: 'signatureHint' }),
    row(
      shown(
        options('replyAddress', {
          values: ['auto', 'plain', 'plus'],
          defaultValue: 'auto',
          hint: 'replyAddressHint',
        }),
        {
          width: '50%',
        },
      ),
      shown(text('trustedAuthservId'), { width: '50%', hint: 'trustedAuthservIdHint' }),
    ),
    shown(flag('subjectTag'), { hint: 'subjectTagHint' }),
  ],
})

/** What a mailbox is, how it receives and sends, and how it stands with that. */
export const mailboxFields = ({ usersSlug, slugs }: SchemaContext): Field[] => [
  row(
    shown({ ...text('name'), required: true } as Field, { width: '50%', hint: 'nameHint' }),
    shown(
      { ...text('address', { unique: true, index: true }), required: true, validate: validAddress } as Field,
      {
        width: '50%',
        hint: 'addressHint',
      },
    ),
  ),
  shown(text('fromName'), { hint: 'fromNameHint' }),
  panel('health', { path: 'MailboxHealth', clientProps: { tickets: slugs.tickets } }),
  receive(),
  send(),
  panel('connection', { path: 'MailboxConnection' }),
  settings(),
  {
    ...component(json('templates'), { name: 'MailboxTemplates' }),
    access: managersOnly,
    validate: validTemplates,
  } as Field,
  panel('webhook', { path: 'MailboxWebhook' }),
  shown(options('type', { values: ['email', 'web'], defaultValue: 'email', hint: 'typeHint' }), {
    position: 'sidebar',
  }),
  shown(
    {
      name: 'members',
      type: 'relationship',
      label: label('field:members'),
      relationTo: usersSlug as never,
      hasMany: true,
      access: { read: isAgent, create: isManager, update: isManager },
    },
    { position: 'sidebar', hint: 'membersHint' },
  ),
  shown(flag('archived'), { position: 'sidebar', hint: 'archivedHint' }),
]
