import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { postgresAdapter } from '@payloadcms/db-postgres'
import { nodemailerAdapter } from '@payloadcms/email-nodemailer'
import { formBuilderPlugin } from '@payloadcms/plugin-form-builder'
import { lexicalEditor } from '@payloadcms/richtext-lexical'
import { buildConfig, type PayloadRequest } from 'payload'
import { helpdeskPlugin, helpdeskPortalBlock } from 'payload-helpdesk'
import sharp from 'sharp'
import { contactForm } from './seed/forms.js'
import { noteOrderNumber } from './steps/orderNumber.js'

const smtpPort = Number(process.env.HELPDESK_SMTP_PORT)
const undoWindowMs = Number(process.env.HELPDESK_UNDO_WINDOW_MS)

const isStaff = ({ req }: { req: PayloadRequest }): boolean => req.user?.collection === 'users'

export default buildConfig({
  secret: process.env.PAYLOAD_SECRET || 'This demo is for the machine it runs on.',
  telemetry: false,
  typescript: { autoGenerate: false },
  admin: {
    user: 'users',
    // The default asks a service on the internet for a picture of every user.
    avatar: 'default',
    importMap: { baseDir: dirname(fileURLToPath(import.meta.url)) },
    meta: { titleSuffix: ' · Acme' },
  },
  editor: lexicalEditor(),
  sharp,
  collections: [
    {
      slug: 'users',
      auth: true,
      admin: { useAsTitle: 'name', defaultColumns: ['name', 'email'] },
      // Payload's default lets in everybody who is signed in, the shop's customers too.
      access: { read: isStaff, create: isStaff, update: isStaff, delete: isStaff, unlock: isStaff },
      fields: [{ name: 'name', type: 'text' }],
    },
    {
      slug: 'customers',
      auth: true,
      admin: { useAsTitle: 'email', group: 'Shop' },
      // Whose address it is was made sure of when they were registered: they do not change it by themselves.
      access: { update: isStaff, delete: isStaff },
      fields: [{ name: 'name', type: 'text' }],
    },
    {
      slug: 'pages',
      admin: { useAsTitle: 'title', group: 'Shop', defaultColumns: ['title', 'slug'] },
      access: { read: () => true, create: isStaff, update: isStaff, delete: isStaff },
      fields: [
        { name: 'title', type: 'text', required: true },
        { name: 'slug', type: 'text', required: true, unique: true },
        { name: 'layout', type: 'blocks', blocks: [helpdeskPortalBlock()] },
      ],
    },
  ],
  plugins: [
    formBuilderPlugin({
      // The shop's customers are signed in too, and are no editors.
      formOverrides: {
        admin: { group: 'Shop' },
        access: { create: isStaff, update: isStaff, delete: isStaff },
      },
      formSubmissionOverrides: { admin: { group: 'Shop' }, access: { delete: isStaff } },
    }),
    helpdeskPlugin({
      // The demo's mail server is on this machine.
      mailboxes: { allowPrivateHosts: true },
      overrides: {
        tickets: {
          fields: ({ defaultFields }) => [
            ...defaultFields,
            { name: 'orderNumber', label: 'Order', type: 'text', index: true },
          ],
        },
      },
      forms: { [contactForm]: { mailbox: 'support@acme.test', fields: { orderNumber: '{{order}}' } } },
      portal: {
        url: `${process.env.HELPDESK_SITE_URL || 'http://localhost:3000'}/support`,
        fields: ['orderNumber'],
        // The shop makes sure of an address before it lets somebody sign in.
        customer: ({ user }) =>
          user.collection === 'customers' && user.email
            ? { email: user.email, name: (user as { name?: string }).name ?? '', verified: true }
            : null,
      },
      mail: {
        letters: { siteName: 'Acme' },
        steps: ({ defaultSteps }) => [...defaultSteps, noteOrderNumber],
      },
      // Whoever tries outgoing webhooks here listens on this machine.
      events: { webhooks: { allowPrivateHosts: ['127.0.0.1'] } },
      ...(undoWindowMs > 0 && { tickets: { undoWindowMs } }),
      attachments: { directory: process.env.HELPDESK_ATTACHMENTS || '.data/attachments' },
    }),
  ],
  db: postgresAdapter({
    pool: { connectionString: process.env.DATABASE_URL, max: 20 },
    push: process.env.HELPDESK_PUSH !== 'false',
  }),
  email: smtpPort
    ? nodemailerAdapter({
        defaultFromAddress: 'shop@acme.test',
        defaultFromName: 'Acme',
        skipVerify: true,
        transportOptions: { host: '127.0.0.1', port: smtpPort, secure: false, ignoreTLS: true },
      })
    : undefined,
})
