import type { Config, Plugin } from 'payload'
import { adminPart } from './admin/index.js'
import { makeCollections } from './collections/index.js'
import { sanitizeCollections } from './collections/options.js'
import { roleField } from './collections/Users/index.js'
import type { Helpdesk } from './core/config.js'
import type { Part } from './core/part.js'
import { eventsPart } from './events/index.js'
import { sanitizeEvents } from './events/options.js'
import { formsPart } from './forms/index.js'
import { mailPart } from './mail/index.js'
import { sanitizeMail } from './mail/options.js'
import { mergePart, slugsOf, withTranslations } from './merge.js'
import type { HelpdeskOptions } from './options.js'
import { portalPart } from './portal/index.js'
import { sanitizePortal } from './portal/options.js'
import { refuseConfig, refuseOptions, refuseOtherDatabases } from './refuse.js'
import { tellFields, warnOfGaps, withIndexes } from './setup.js'
import { webhookPart } from './webhook/index.js'
import { sanitizeWebhook } from './webhook/options.js'
import { workerCommand, workerPart } from './worker/index.js'
import { sanitizeWorker } from './worker/options.js'

const slug = 'payload-helpdesk'

declare module 'payload' {
  interface RegisteredPlugins {
    'payload-helpdesk': HelpdeskOptions
  }
}

/**
 * The help desk as a Payload plugin.
 * @example plugins: [helpdeskPlugin()]
 */
export const helpdeskPlugin = (options: HelpdeskOptions = {}): Plugin =>
  Object.assign((config: Config) => applyHelpdesk(config, options), {
    slug,
    // Before storage adapters and other plugins that look at collections.
    order: -10,
    options: options as Record<string, unknown>,
  })

const applyHelpdesk = (config: Config, options: HelpdeskOptions): Config => {
  const usersSlug =
    config.admin?.user ?? config.collections?.find((collection) => collection.auth)?.slug ?? 'users'
  refuseOptions(options)
  refuseConfig({ config, usersSlug, options })
  const helpdesk: Helpdesk = {
    disabled: options.disabled ?? false,
    slugs: slugsOf(config, options),
    usersSlug,
    secrets: [options.secret ?? []].flat(),
    parts: [],
    ownDocuments: {},
    ...sanitizeCollections(options),
    mail: sanitizeMail(options.mail ?? {}),
    events: sanitizeEvents(options.on ?? {}, options.events ?? {}),
    portal: sanitizePortal(options.portal ?? {}),
    webhook: sanitizeWebhook(options.webhook ?? {}),
    forms: options.forms ?? {},
    worker: sanitizeWorker(options.worker ?? {}),
  }
  const collections = makeCollections({ slugs: helpdesk.slugs, usersSlug, helpdesk }, options.overrides)
  const users = (config.collections ?? []).map((collection) =>
    collection.slug === usersSlug && !helpdesk.access.role
      ? { ...collection, fields: [...collection.fields, roleField()] }
      : collection,
  )
  const parts: Part[] = [{ collections, bin: [workerCommand()], onInit: refuseOtherDatabases }]
  if (!helpdesk.disabled)
    parts.push(
      mailPart(helpdesk),
      eventsPart(helpdesk),
      portalPart(),
      webhookPart(),
      formsPart(helpdesk),
      workerPart(helpdesk),
      adminPart(helpdesk),
      { onInit: warnOfGaps },
    )
  helpdesk.parts = parts
  const withSchema: Config = {
    ...config,
    collections: users,
    custom: { ...config.custom, helpdesk },
    ...(!helpdesk.disabled && {
      hooks: { ...config.hooks, afterError: [tellFields, ...(config.hooks?.afterError ?? [])] },
    }),
    onInit: async (payload) => {
      await config.onInit?.(payload)
      for (const part of parts) await part.onInit?.(payload)
    },
  }
  return withIndexes(withTranslations(parts.reduce(mergePart, withSchema), parts))
}
