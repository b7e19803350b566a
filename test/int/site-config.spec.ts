import { lexicalEditor } from '@payloadcms/richtext-lexical'
import { buildConfig, type CollectionConfig, type Config, type Field, type Plugin } from 'payload'
import { describe, expect, it } from 'vitest'
import { defaultSlugs, type HelpdeskOptions, helpdeskPlugin, type SlugKey } from '../../src/index.js'
import { en } from '../../src/translations/en.js'
import { templateAdapter } from '../database.js'

// What a site's config becomes by the plugin, without a database.

const users: CollectionConfig = { slug: 'users', auth: true, fields: [] }

const siteOf = (change: Partial<Config> = {}): Config => ({
  secret: 'a secret for tests only',
  telemetry: false,
  typescript: { autoGenerate: false },
  editor: lexicalEditor(),
  db: templateAdapter({}),
  admin: { user: 'users' },
  collections: [users],
  ...change,
})

const withPlugin = (options: HelpdeskOptions = {}, change: Partial<Config> = {}) =>
  buildConfig(siteOf({ plugins: [helpdeskPlugin(options)], ...change }))

const apply = (options: HelpdeskOptions, change: Partial<Config> = {}): Config =>
  helpdeskPlugin(options)(siteOf(change)) as Config

const keys = Object.keys(defaultSlugs) as SlugKey[]

describe('slugs', () => {
  it('can each be another one, and all at once', async () => {
    const slugs = Object.fromEntries(keys.map((key, at) => [key, `desk-${at}`]))
    const config = await withPlugin({ slugs })
    const present = config.collections.map(({ slug }) => slug)
    expect(present).toEqual(expect.arrayContaining(Object.values(slugs)))
    expect(present.filter((slug) => Object.values<string>(defaultSlugs).includes(slug))).toEqual([])
    const text = JSON.stringify(config.collections.filter(({ slug }) => slug.startsWith('desk-')))
    // No relation leads to where nothing is.
    for (const slug of Object.values(defaultSlugs))
      expect(text, slug).not.toMatch(new RegExp(`"(relationTo|collection)":"${slug}"`))
  })

  it.each(keys)('taken by the site’s own collection are refused: %s', (key) => {
    const own = { slug: defaultSlugs[key], fields: [] }
    expect(() => apply({}, { collections: [users, own] })).toThrow(
      `the slug "${defaultSlugs[key]}" is taken by a collection of your site. Set helpdeskPlugin({ slugs: { ${key}:`,
    )
    const another = { slugs: { [key]: 'another-slug' } }
    expect(() => apply(another, { collections: [users, own] })).not.toThrow()
  })

  it('are refused by a sentence that names the option', () => {
    const at = (slugs: HelpdeskOptions['slugs'], change: Partial<Config> = {}) =>
      expect(() => apply({ slugs }, change))
    at({ contacts: 'deals' }).toThrow(
      '"deals" is taken by helpdesk\'s contacts. Set helpdeskPlugin({ slugs: { deals:',
    )
    at({}, { globals: [{ slug: 'tickets', fields: [] }] }).toThrow(/a global of your site.*slugs: { tickets:/)
    at({}, { collections: [users, { slug: 'helpdesk_raw', fields: [] }] }).toThrow(/slugs: { rawSources:/)
    at({ leases: 'payload-jobs' }).toThrow(/taken by Payload itself.*slugs: { leases:/)
    at({ tickets: 'helpdesk' }).toThrow(/taken by the endpoints of the help desk.*slugs: { tickets:/)
    at({}, { collections: [users, { slug: 'helpdesk', fields: [] }] }).toThrow(
      /endpoints of the help desk.*Rename/,
    )
    at({ tickets: 'a b' }).toThrow(/slugs: { tickets:/)
    at({ tickets: '' }).toThrow(/slugs: { tickets:/)
    at({ ticket: 'requests' } as HelpdeskOptions['slugs']).toThrow(
      /the option slugs has no "ticket"; it has tickets,/,
    )
    at({ tickets: undefined }).not.toThrow()
  })

  it('of a collection that a later plugin brings stop the start too', async () => {
    const later: Plugin = (config) => ({
      ...config,
      collections: [...(config.collections ?? []), { slug: 'contacts', fields: [] }],
    })
    await expect(withPlugin({}, { plugins: [helpdeskPlugin(), later] })).rejects.toThrow('"contacts"')
  })
})

describe('a site that cannot have a help desk', () => {
  it('has the plugin twice', () => {
    expect(() => helpdeskPlugin()(apply({}))).toThrow(/twice/)
  })

  it.each([
    ['', 'an empty one'],
    [['new', ''], 'an empty one among others'],
    [[], 'none'],
    [['new', undefined as unknown as string], 'an unset variable'],
  ] as [string | string[], string][])('I02 encrypts with an empty secret: %j (%s)', (secret) => {
    expect(() => apply({ secret })).toThrow(/option `secret` is empty/)
  })

  it('has nobody who could have a role, unless it gives roles itself', () => {
    expect(() => apply({}, { collections: [] })).toThrow(/no auth collection "users".*access: { role }/)
    expect(() => apply({}, { collections: [{ slug: 'users', fields: [] }] })).toThrow(/no auth collection/)
    expect(() => apply({ access: { role: () => 'agent' } }, { collections: [] })).not.toThrow()
  })
})

describe('the plugin', () => {
  it('changes nothing of what the site gave it', () => {
    const site = siteOf({
      admin: { user: 'users', components: { beforeNavLinks: ['/a#A'], views: {} }, dependencies: {} },
      endpoints: [],
      i18n: { translations: { en: { helpdesk: { own: 'Own' } } } as never },
      custom: { own: 1 },
    })
    const before = JSON.stringify(site)
    const after = helpdeskPlugin()(site) as Config
    expect(JSON.stringify(site)).toBe(before)
    expect(after.admin?.components?.beforeNavLinks?.[0]).toBe('/a#A')
    expect(after.custom).toMatchObject({ own: 1 })
  })

  it('is found by its name, with its options, before plugins that look at collections', () => {
    const options = { tickets: { firstNumber: 5 } }
    const plugin = helpdeskPlugin(options)
    expect([plugin.slug, plugin.options]).toEqual(['payload-helpdesk', options])
    expect(plugin.order).toBeLessThan(0)
  })

  it('speaks the site’s languages, the site’s own words first', async () => {
    const { de } = await import('@payloadcms/translations/languages/de')
    const { en: english } = await import('@payloadcms/translations/languages/en')
    const own = { helpdesk: { collection: { tickets: 'Anfragen' } } }
    const config = await withPlugin(
      {},
      { i18n: { supportedLanguages: { de, en: english }, translations: { de: own } as never } },
    )
    const words = config.i18n.translations as unknown as Record<string, { helpdesk: Record<string, object> }>
    expect(words['de']!.helpdesk['collection']).toMatchObject({ tickets: 'Anfragen' })
    expect(Object.keys(words['de']!.helpdesk)).toEqual(expect.arrayContaining(Object.keys(en)))
    expect(words['fr']?.helpdesk).toBeUndefined()
  })

  it('has words for every label and description', async () => {
    const asked: string[] = []
    const t = (key: string) => {
      asked.push(key)
      return key
    }
    const call = (label: unknown) => typeof label === 'function' && label({ t, i18n: { t } })
    const walk = (fields: Field[]): void => {
      for (const field of fields) {
        if ('label' in field) call(field.label)
        if ('labels' in field) for (const label of Object.values(field.labels ?? {})) call(label)
        if (field.admin && 'description' in field.admin) call(field.admin.description)
        if ('options' in field)
          for (const option of field.options) if (typeof option === 'object') call(option.label)
        if ('fields' in field) walk(field.fields)
        if (field.type === 'tabs')
          for (const tab of field.tabs) {
            if ('label' in tab) call(tab.label)
            walk(tab.fields)
          }
      }
    }
    for (const { labels, admin, fields } of apply({}).collections ?? []) {
      call(labels?.singular)
      call(labels?.plural)
      call(admin?.description)
      walk(fields)
    }
    const ours = [...new Set(asked)].filter((key) => key.startsWith('helpdesk:'))
    const has = (key: string) =>
      key
        .split(':')
        .slice(1)
        .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], en)
    expect(ours.length).toBeGreaterThan(50)
    expect(ours.filter((key) => typeof has(key) !== 'string')).toEqual([])
  })
})

describe('switched off', () => {
  it('keeps every collection and field, and takes the screens, endpoints and work away', async () => {
    const [on, off] = await Promise.all([withPlugin(), withPlugin({ disabled: true })])
    const schema = ({ collections }: typeof on) =>
      collections.map(({ slug, flattenedFields, indexes }) => [
        slug,
        flattenedFields.map((field) => [
          field.name,
          field.type,
          'index' in field && field.index,
          'unique' in field && field.unique,
        ]),
        indexes,
      ])
    expect(schema(off)).toEqual(schema(on))
    const ours = (config: typeof on) => config.endpoints.filter(({ path }) => path.startsWith('/helpdesk'))
    expect([ours(on).length > 20, ours(off)]).toEqual([true, []])
    const tickets = (config: typeof on) => config.collections.find(({ slug }) => slug === 'tickets')!
    expect(Object.keys(tickets(on).admin.components?.views ?? {})).toContain('inbox')
    expect(Object.keys(tickets(off).admin.components?.views ?? {})).not.toContain('inbox')
    expect(on.admin.components.beforeNavLinks).toHaveLength(1)
    expect(off.admin.components.beforeNavLinks ?? []).toEqual([])
    expect(
      (off.custom['helpdesk'] as { parts: { work?: unknown }[] }).parts.flatMap(({ work }) => work ?? []),
    ).toEqual([])
  })
})

describe('overrides', () => {
  const own: Field = { name: 'ownField', type: 'text' }

  it.each(keys)('add a field and change what is not a field: %s', async (key) => {
    const config = await withPlugin({
      overrides: {
        [key]: {
          fields: ({ defaultFields }: { defaultFields: Field[] }) => [...defaultFields, own],
          collection: ({ defaultCollection }: { defaultCollection: CollectionConfig }) => ({
            ...defaultCollection,
            custom: { ownSays: defaultCollection.fields.at(-1) === own },
          }),
        },
      },
    })
    const made = config.collections.find(({ slug }) => slug === defaultSlugs[key])!
    expect(made.flattenedFields.map(({ name }) => name)).toContain('ownField')
    expect(made.custom).toMatchObject({ ownSays: true })
  })

  it('that take a default field away, or the slug, are refused with their name', () => {
    const less = ({ defaultFields }: { defaultFields: Field[] }) =>
      defaultFields.filter((field) => !('name' in field && field.name === 'subject'))
    expect(() => apply({ overrides: { tickets: { fields: less } } })).toThrow(
      /overrides\.tickets removed the field\(s\) subject/,
    )
    const renamed = ({ defaultCollection }: { defaultCollection: CollectionConfig }) => ({
      ...defaultCollection,
      slug: 'clients',
    })
    expect(() => apply({ overrides: { contacts: { collection: renamed } } })).toThrow(
      /overrides\.contacts changed the slug.*slugs\.contacts/,
    )
  })

  it('cannot take away what guards a document, nor add what the help desk could not fill', () => {
    const hook = () => undefined
    const config = apply({
      overrides: {
        mailboxes: {
          collection: ({ defaultCollection }) => ({
            ...defaultCollection,
            hooks: { beforeChange: [hook], afterRead: [hook as never] },
            lockDocuments: { duration: 300 },
          }),
        },
        inboundEmails: {
          collection: ({ defaultCollection }) => ({
            ...defaultCollection,
            indexes: [{ fields: ['ownField'] }],
            fields: [...defaultCollection.fields, own],
          }),
        },
      },
    })
    const plain = apply({})
    const collection = (of: Config, slug: string) => of.collections!.find((one) => one.slug === slug)!
    const before = collection(plain, defaultSlugs.mailboxes)
    const after = collection(config, defaultSlugs.mailboxes)
    expect(before.hooks!.beforeChange!.length).toBeGreaterThan(0)
    expect(after.hooks!.beforeChange).toHaveLength(before.hooks!.beforeChange!.length + 1)
    expect(after.hooks!.beforeChange!.at(-1)).toBe(hook)
    expect(after.hooks!.beforeDelete).toHaveLength(before.hooks!.beforeDelete!.length)
    expect(after.hooks!.afterRead).toEqual([hook])
    expect(after.lockDocuments).toBe(false)
    const journal = collection(plain, defaultSlugs.inboundEmails).indexes!
    expect(collection(config, defaultSlugs.inboundEmails).indexes).toHaveLength(journal.length + 1)

    const required = (field: object) => ({
      fields: ({ defaultFields }: { defaultFields: Field[] }) => [
        ...defaultFields,
        { type: 'row', fields: [{ ...own, required: true, ...field }] } as Field,
      ],
    })
    expect(() => apply({ overrides: { tickets: required({}) } })).toThrow(
      /overrides\.tickets adds the required field "ownField".*defaultValue/,
    )
    expect(() => apply({ overrides: { messages: required({}) } })).toThrow(/overrides\.messages/)
    expect(() => apply({ overrides: { tickets: required({ defaultValue: '-' }) } })).not.toThrow()
    expect(() => apply({ overrides: { mailboxes: required({}) } })).not.toThrow()
    expect(() =>
      apply({
        overrides: {
          mailboxes: { collection: ({ defaultCollection }) => ({ ...defaultCollection, versions: true }) },
        },
      }),
    ).toThrow(/overrides\.mailboxes switches versions on/)
  })

  it('may put the default fields into tabs and rows', () => {
    const tabs = ({ defaultFields }: { defaultFields: Field[] }): Field[] => [
      { type: 'tabs', tabs: [{ label: 'Ours', fields: [{ type: 'row', fields: defaultFields }] }] },
      { type: 'collapsible', label: 'Shop', fields: [own] },
    ]
    const config = apply({ overrides: { tickets: { fields: tabs } } })
    expect(
      (config.custom!['helpdesk'] as { tickets: { extraFields: string[] } }).tickets.extraFields,
    ).toEqual(['ownField'])
  })
})

describe('the type of the options', () => {
  it('is told by what is written, and refuses what is none', () => {
    const made = [
      helpdeskPlugin(),
      helpdeskPlugin({
        slugs: { contacts: 'support-contacts' },
        overrides: {
          deals: { fields: ({ defaultFields }) => defaultFields.filter((field) => field.type !== 'ui') },
          tickets: { collection: ({ defaultCollection }) => ({ ...defaultCollection, timestamps: true }) },
        },
        access: { role: ({ user, req }) => (user.collection === 'users' && req.payload ? 'agent' : null) },
        mail: { steps: ({ defaultSteps }) => defaultSteps.filter((step) => step.name !== 'none') },
        secret: ['new', 'old'],
      }),
      // @ts-expect-error There is no such collection.
      () => helpdeskPlugin({ slugs: { orders: 'orders' } }),
      // @ts-expect-error An override of fields gives fields.
      () => helpdeskPlugin({ overrides: { tickets: { fields: () => 'none' } } }),
      // @ts-expect-error There is no such role.
      () => helpdeskPlugin({ access: { role: () => 'owner' } }),
      // @ts-expect-error A role is asked for without a request of that user.
      () => helpdeskPlugin({ access: { role: ({ req }) => (req.headers ? 'agent' : null) } }),
      // @ts-expect-error There is no such scope.
      () => helpdeskPlugin({ access: { agentScope: 'everything' } }),
    ]
    expect(made).toHaveLength(7)
    const named: import('payload').RegisteredPlugins['payload-helpdesk'] = { disabled: true }
    expect(named.disabled).toBe(true)
  })
})
