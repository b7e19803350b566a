import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configToSchema } from '@payloadcms/graphql'
import { lexicalEditor } from '@payloadcms/richtext-lexical'
import type { ExecutionResult } from 'graphql'
import {
  buildConfig,
  type Config,
  createPayloadRequest,
  getPayload,
  handleEndpoints,
  type Payload,
  type SanitizedConfig,
} from 'payload'
import sharp from 'sharp'
import { type HelpdeskOptions, helpdeskPlugin } from '../src/index.js'
import { dropDatabase, templateAdapter } from './database.js'
import { createUsers, type SiteUser, type SiteUsers } from './users.js'

export type { SiteUser, SiteUsers } from './users.js'

/** What is sent besides method and path; `form` sends files, otherwise `body` goes as JSON. */
export type RequestArgs = {
  user?: SiteUser
  body?: unknown
  form?: FormData
  /** Sent as it is. */
  raw?: string | Buffer
  headers?: Record<string, string>
}

/** What a call to the site's REST API answered. */
export type RestResult<T> = { status: number; headers: Headers; body: T; response: Response }

/** A Payload site with the plugin, on a database of its own. */
export type Site = {
  payload: Payload
  config: SanitizedConfig
  databaseUrl: string
  users: SiteUsers
  /** A real request through Payload's REST handler; `path` begins after the API route: `/tickets?limit=1`. */
  rest: <T = Record<string, unknown>>(
    method: string,
    path: string,
    args?: RequestArgs,
  ) => Promise<RestResult<T>>
  /** A query or mutation through the site's GraphQL schema. */
  graphql: (
    query: string,
    args?: { user?: SiteUser; variables?: Record<string, unknown> },
  ) => Promise<ExecutionResult>
  close: () => Promise<void>
}

export type SiteArgs = {
  /** The plugin's options. Mailboxes may use private hosts unless they say otherwise. */
  options?: HelpdeskOptions
  /** Changes to the site's config, before the plugin sees it. */
  site?: (config: Config) => Config
  /** Whether to make the users. @default true */
  users?: boolean
}

// The test runner would load graphql's other build, which refuses a schema that Payload made with this one.
const { execute, parse, specifiedRules, validate } = createRequire(import.meta.url)(
  'graphql',
) as typeof import('graphql')

const origin = 'http://localhost:3000'

/** Where a site keeps its files that is not told where; goes with the process. */
const ownFolder = join(tmpdir(), `helpdesk-files-${process.pid}`)
process.once('exit', () => rmSync(ownFolder, { recursive: true, force: true }))

/** The config of every test site, also of those that run in a process of their own. */
export const siteConfig = (args: { options?: HelpdeskOptions; db: Config['db'] }): Config => ({
  secret: 'a secret for tests only',
  telemetry: false,
  typescript: { autoGenerate: false },
  admin: { user: 'users' },
  editor: lexicalEditor(),
  sharp,
  collections: [
    { slug: 'users', auth: true, admin: { useAsTitle: 'email' }, fields: [{ name: 'name', type: 'text' }] },
    { slug: 'customers', auth: true, fields: [{ name: 'name', type: 'text' }] },
    { slug: 'posts', fields: [{ name: 'title', type: 'text' }] },
  ],
  db: args.db,
  logger: { options: { level: process.env.HELPDESK_TEST_LOG ?? 'silent' } },
  // The mail servers that tests use are on this machine.
  plugins: [
    helpdeskPlugin({
      mailboxes: { allowPrivateHosts: true },
      ...args.options,
      attachments: { directory: ownFolder, ...args.options?.attachments },
    }),
  ],
})

/** Builds a site on a fresh copy of its schema. Call `close()` when done. */
export const createSite = async (args: SiteArgs = {}): Promise<Site> => {
  let database = { name: '', url: '' }
  const directory = mkdtempSync(join(tmpdir(), 'helpdesk-'))
  const plain = siteConfig({
    options: { ...args.options, attachments: { directory, ...args.options?.attachments } },
    db: templateAdapter({ onDatabase: (made) => (database = made) }),
  })
  const config = await buildConfig(args.site ? args.site(plain) : plain)
  const key = randomUUID()
  const payload = await getPayload({ config, key })
  const users = args.users === false ? ({} as SiteUsers) : await createUsers(payload)
  let schema: ReturnType<typeof configToSchema> | undefined

  const request = async (method: string, path: string, sent: RequestArgs): Promise<Request> => {
    const headers = new Headers({ 'sec-fetch-site': 'same-origin', ...sent.headers })
    if (sent.user) headers.set('authorization', `JWT ${await sent.user.token()}`)
    if (sent.body !== undefined && !headers.has('content-type'))
      headers.set('content-type', 'application/json')
    const body =
      (sent.raw as BodyInit | undefined) ??
      sent.form ??
      (sent.body === undefined ? undefined : JSON.stringify(sent.body))
    return new Request(`${origin}${config.routes.api}${path}`, { method, headers, body })
  }

  return {
    payload,
    config,
    databaseUrl: database.url,
    users,
    rest: async <T>(method: string, path: string, sent: RequestArgs = {}) => {
      const response = await handleEndpoints({
        config,
        payloadInstanceCacheKey: key,
        request: await request(method, path, sent),
      })
      const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '')
      const body = (isJson ? await response.clone().json() : undefined) as T
      return { status: response.status, headers: response.headers, body, response }
    },
    graphql: async (query, sent = {}) => {
      schema ??= configToSchema(config)
      const document = parse(query)
      const errors = validate(schema.schema, document, specifiedRules)
      if (errors.length) return { errors }
      const req = await createPayloadRequest({
        canSetHeaders: true,
        config,
        payloadInstanceCacheKey: key,
        request: await request('POST', config.routes.graphQL, { ...sent, body: { query } }),
      })
      return execute({
        schema: schema.schema,
        document,
        variableValues: sent.variables,
        contextValue: { req, headers: {} },
      })
    },
    close: async () => {
      await payload.destroy()
      await dropDatabase(database.name)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
