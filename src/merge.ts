import type { Config } from 'payload'
import type { Part } from './core/part.js'
import { type Slugs, sanitizeSlugs } from './core/slugs.js'
import type { HelpdeskOptions } from './options.js'
import { en } from './translations/en.js'
import { letters } from './translations/letters/index.js'

type Components = NonNullable<NonNullable<Config['admin']>['components']>

const mergeComponents = (site: Components, ours: Components): Components => {
  const merged = { ...site } as Record<string, unknown>
  for (const [name, value] of Object.entries(ours)) {
    const before = merged[name]
    if (Array.isArray(value)) merged[name] = [...((before as unknown[]) ?? []), ...value]
    else if (value && typeof value === 'object') merged[name] = { ...value, ...(before as object) }
    else merged[name] = before ?? value
  }
  return merged as Components
}

const mergeCollections = (config: Config, part: Part) => {
  const views = part.collections?.filter((collection) =>
    config.collections?.some((present) => present.slug === collection.slug),
  )
  if (views?.length) throw new Error(`payload-helpdesk: collection "${views[0]!.slug}" is defined twice.`)
  return [...(config.collections ?? []), ...(part.collections ?? [])]
}

/** The config with one room's part merged in; nothing of the site's is changed in place. */
export const mergePart = (config: Config, part: Part): Config => ({
  ...config,
  collections: mergeCollections(config, part).map(part.collectionChanges ?? ((collection) => collection)),
  endpoints: [...(config.endpoints ?? []), ...(part.endpoints ?? [])],
  bin: [...(config.bin ?? []), ...(part.bin ?? [])],
  admin: {
    ...config.admin,
    // An `undefined` here would take Payload's own default away.
    components: mergeComponents(config.admin?.components ?? {}, part.components ?? {}),
  },
})

const deepMerge = (base: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> => {
  const merged = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const before = merged[key]
    const both = before && value && typeof before === 'object' && typeof value === 'object'
    merged[key] = both
      ? deepMerge(before as Record<string, unknown>, value as Record<string, unknown>)
      : value
  }
  return merged
}

/** Our texts for the languages the site speaks (English where we lack one); the site's own strings win. */
export const withTranslations = (config: Config, parts: Part[]): Config => {
  const languages = Object.keys(config.i18n?.supportedLanguages ?? { en: {} })
  const shipped: Record<string, Record<string, unknown>> = Object.fromEntries(
    Object.entries(letters).map(([language, letter]) => [language, { helpdesk: { letter } }]),
  )
  shipped['en'] = { helpdesk: en }
  for (const part of parts) Object.assign(shipped, part.translations)
  const ours = Object.fromEntries(
    languages.map((language) => [language, deepMerge(shipped['en']!, shipped[language] ?? {})]),
  )
  const site = (config.i18n?.translations ?? {}) as Record<string, unknown>
  return { ...config, i18n: { ...config.i18n, translations: deepMerge(ours, site) as never } }
}

/** The slugs of our collections; one that the site has already is refused. */
export const slugsOf = (config: Config, options: HelpdeskOptions): Slugs =>
  sanitizeSlugs({
    slugs: options.slugs,
    taken: [
      ...(config.collections ?? []).map(({ slug }) => [slug, 'a collection of your site'] as const),
      ...(config.globals ?? []).map(({ slug }) => [slug, 'a global of your site'] as const),
    ],
  })
