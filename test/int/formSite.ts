import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formBuilderPlugin } from '@payloadcms/plugin-form-builder'
import type { Config, Payload } from 'payload'
import type { DocID } from '../../src/collections/types.js'
import { getHelpdesk } from '../../src/core/config.js'
import { formsPart } from '../../src/forms/index.js'
import type { HelpdeskOptions } from '../../src/index.js'
import type { Site } from '../site.js'
import { type Desk, openDesk } from './mail-out.desk.js'
import { context } from './mailRig.js'

/** A site's own form builder: with files, one kind of which everybody may read. */
export const formBuilder = formBuilderPlugin({
  fields: { upload: true, date: true },
  uploadCollections: ['photos', 'papers'] as never,
})

const directory = mkdtempSync(join(tmpdir(), 'forms-'))
process.once('exit', () => rmSync(directory, { recursive: true, force: true }))

/** The collections whose files forms take. */
export const withFiles = (config: Config): Config => ({
  ...config,
  collections: [
    ...(config.collections ?? []),
    {
      slug: 'photos',
      access: { read: () => true },
      upload: { staticDir: join(directory, 'photos') },
      fields: [],
    },
    {
      slug: 'papers',
      access: { read: ({ req }) => req.user?.collection === 'users' },
      upload: { staticDir: join(directory, 'papers') },
      fields: [],
    },
  ],
})

type Block = Record<string, unknown> & { blockType: string; name: string }

/** The fields of a plain contact form. */
export const contactFields: Block[] = [
  { blockType: 'text', name: 'name', label: 'Name' },
  { blockType: 'email', name: 'email', label: 'E-mail', required: true },
  { blockType: 'text', name: 'order', label: 'Order' },
  { blockType: 'text', name: 'phone', label: 'Phone' },
  { blockType: 'textarea', name: 'message', label: 'Message', required: true },
]

type FormArgs = { title: string; fields?: Block[] }

export const makeForm = async (
  payload: Payload,
  { title, fields = contactFields }: FormArgs,
): Promise<DocID> => {
  const form = await payload.create({
    collection: 'forms' as never,
    data: { title, fields, confirmationType: 'redirect', redirect: { url: '/thanks' } } as never,
    depth: 0,
    overrideAccess: true,
  })
  return (form as { id: DocID }).id
}

/** What a visitor sends, by Payload's REST API; the submission's id. */
export const send = async (
  { rest }: Site,
  {
    form,
    values,
    file,
  }: { form: DocID; values: Record<string, string>; file?: { field: string; name: string } },
): Promise<DocID> => {
  const body = {
    form,
    submissionData: Object.entries(values).map(([field, value]) => ({ field, value })),
  }
  const sent = new FormData()
  sent.set('_payload', JSON.stringify(body))
  if (file) sent.set(file.field, new File(['hello'], file.name, { type: 'text/plain' }))
  const { status, body: answer } = await rest<{ doc?: { id: DocID } }>(
    'POST',
    '/form-submissions',
    file ? { form: sent } : { body },
  )
  if (status !== 201) throw new Error(`The form was refused: ${JSON.stringify(answer)}`)
  return answer.doc!.id
}

/** Forms, and ticket fields of the site's own that they fill. */
export const formOptions: HelpdeskOptions = {
  forms: {
    'Contact us': { mailbox: 'Help@acme.test', fields: { orderNumber: '{{order}}', parcels: '{{parcels}}' } },
    'Plain contact': { mailbox: 'help@acme.test', fields: { orderNumber: '{{order}}' } },
    'Wrong field': { mailbox: 'help@acme.test', subject: '{{topic}}' },
    'To sales': {
      mailbox: 'sales@acme.test',
      priority: 'high',
      subject: 'A quote for {{name}}',
      language: 'fr',
    },
    'By topic': ({ values }) =>
      values['order']
        ? { mailbox: 'help@acme.test', message: '{{message}}', subject: 'Order {{order}}' }
        : null,
  },
  overrides: {
    tickets: {
      fields: ({ defaultFields }) => [
        ...defaultFields,
        {
          name: 'orderNumber',
          type: 'text',
          validate: (value: unknown) => !value || /^A-\d+$/.test(String(value)) || 'Like A-17.',
        },
        { name: 'parcels', type: 'number' },
      ],
    },
  },
}

/** In `plugins` behind the help desk, which runs first. */
export const listedAfter = (config: Config): Config =>
  withFiles({ ...config, plugins: [...(config.plugins ?? []), formBuilder] })
export const listedBefore = (config: Config): Config =>
  withFiles({ ...config, plugins: [formBuilder, ...(config.plugins ?? [])] })
/** Called by hand, the form builder has done its work before any plugin runs. */
export const calledBefore = (config: Config): Config => formBuilder(withFiles(config)) as Config

/** What a visitor fills in. */
export const ada = { name: 'Ada Lovelace', email: 'Ada@Example.com', message: 'It leaks.' }

/** A desk at a site with the form builder, and what its worker does with forms. */
export type FormDesk = {
  desk: Desk
  /** A form with all that the option fills. */
  contact: DocID
  plain: DocID
  /** Runs the worker's slice until it has nothing more to do; what it says went wrong. */
  work: () => Promise<string | null>
  sweep: () => Promise<void>
  /** What became of a submission. */
  ticketOf: (submission: DocID) => Promise<{
    row: { state: string; ticket_id: DocID | null; error: string | null } | undefined
    ticket: Record<string, unknown> | undefined
    messages: Record<string, unknown>[]
  }>
  forget: (submission: DocID) => Promise<void>
  submissions: () => Promise<number>
}

export const openFormDesk = async (
  options: HelpdeskOptions = formOptions,
  site: (config: Config) => Config = listedBefore,
): Promise<FormDesk> => {
  const desk = await openDesk(options, site)
  const { payload } = desk.site
  const [open, sweep] = formsPart(getHelpdesk(payload)).work!
  return {
    desk,
    contact: await makeForm(payload, {
      title: 'Contact us',
      fields: [...contactFields, { blockType: 'number', name: 'parcels', label: 'Parcels' }],
    }),
    plain: await makeForm(payload, { title: 'Plain contact' }),
    work: async () => {
      try {
        while ((await open!.run(context(payload))).more);
        return null
      } catch (error) {
        return (error as Error).message
      }
    },
    sweep: async () => {
      await sweep!.run(context(payload))
    },
    ticketOf: async (submission) => {
      const [row] = await desk.rows<{ state: string; ticket_id: DocID | null; error: string | null }>(
        'formSubmissions',
        'submission = $1',
        [String(submission)],
      )
      const [ticket] = row?.ticket_id ? await desk.rows('tickets', 'id = $1', [row.ticket_id]) : []
      const messages = ticket ? await desk.rows('messages', 'ticket_id = $1', [ticket['id']]) : []
      return { row, ticket, messages }
    },
    forget: async (id) => {
      await payload.delete({ collection: 'form-submissions' as never, id, depth: 0, overrideAccess: true })
    },
    submissions: async () =>
      (await payload.count({ collection: 'form-submissions' as never, overrideAccess: true })).totalDocs,
  }
}
