import type { CollectionConfig, Field } from 'payload'
import { ownDocument } from '../core/documents.js'
import { defaultSlugs, type SlugKey } from '../core/slugs.js'
import { activities } from './Activities/index.js'
import { attachments } from './Attachments/index.js'
import { contacts } from './Contacts/index.js'
import type { SchemaContext } from './context.js'
import { deals } from './Deals/index.js'
import { inboundEmails } from './InboundEmails/index.js'
import { internalCollections } from './internal.js'
import { mailboxes } from './Mailboxes/index.js'
import { messages } from './Messages/index.js'
import { outboundEmails } from './OutboundEmails/index.js'
import type { CollectionOverride } from './options.js'
import { tickets } from './Tickets/index.js'
import { webhooks } from './Webhooks/index.js'

type NamedField = { name: string; required?: boolean; defaultValue?: unknown }

/** The fields on a row, also those that stand in rows, tabs and the like. */
const fieldsOf = (fields: Field[]): NamedField[] =>
  fields.flatMap((field) => {
    if ('name' in field && field.name) return [field as NamedField]
    if (field.type === 'tabs')
      return field.tabs.flatMap((tab) =>
        'name' in tab && tab.name ? [{ name: tab.name }] : fieldsOf(tab.fields),
      )
    return 'fields' in field ? fieldsOf(field.fields) : []
  })

const namesOf = (fields: Field[]): string[] => fieldsOf(fields).map(({ name }) => name)

type OverrideArgs = { key: SlugKey; base: CollectionConfig; change: CollectionOverride | undefined }

const override = ({ key, base, change }: OverrideArgs): CollectionConfig => {
  if (!change) return base
  const fields = change.fields ? change.fields({ defaultFields: base.fields }) : base.fields
  const changed = change.collection
    ? change.collection({ defaultCollection: { ...base, fields } })
    : { ...base, fields }
  if (changed.slug !== base.slug) {
    throw new Error(
      `payload-helpdesk: overrides.${key} changed the slug to "${changed.slug}". Use the option slugs.${key} instead.`,
    )
  }
  const kept = new Set(namesOf(changed.fields))
  const lost = namesOf(base.fields).filter((name) => !kept.has(name))
  if (lost.length) {
    throw new Error(
      `payload-helpdesk: overrides.${key} removed the field(s) ${lost.join(', ')}, which the help desk writes. Keep the default fields.`,
    )
  }
  refuseRequired({ key, base, changed })
  if (changed.versions)
    throw new Error(
      `payload-helpdesk: overrides.${key} switches versions on. They would keep what the help desk erases; leave them off.`,
    )
  return withGuards(base, changed)
}

/** People fill these in; all others are written by the help desk, which knows nothing of a site's fields. */
const byPeople: SlugKey[] = ['mailboxes', 'deals', 'webhooks']

type ChangedArgs = { key: SlugKey; base: CollectionConfig; changed: CollectionConfig }

/** A mail names no order number: a required field without a default would keep every mail out. */
const refuseRequired = ({ key, base, changed }: ChangedArgs): void => {
  if (byPeople.includes(key)) return
  const known = new Set(namesOf(base.fields))
  const bad = fieldsOf(changed.fields).find(
    ({ name, required, defaultValue }) => !known.has(name) && required && defaultValue === undefined,
  )
  if (bad)
    throw new Error(
      `payload-helpdesk: overrides.${key} adds the required field "${bad.name}". The help desk itself writes these documents and could not fill it. Give it a defaultValue, or make it optional.`,
    )
}

/** What an override may add to but never take away: it keeps secrets, unique keys and managed fields. */
const withGuards = (base: CollectionConfig, changed: CollectionConfig): CollectionConfig => {
  const hooks = { ...changed.hooks } as Record<string, unknown[] | undefined>
  for (const [name, own] of Object.entries(base.hooks ?? {})) {
    const given = hooks[name] ?? []
    hooks[name] = [...(own as unknown[]).filter((hook) => !given.includes(hook)), ...given]
  }
  const indexes = [
    ...(base.indexes ?? []).filter((index) => !changed.indexes?.includes(index)),
    ...(changed.indexes ?? []),
  ]
  return {
    ...changed,
    lockDocuments: base.lockDocuments ?? false,
    hooks: hooks as CollectionConfig['hooks'] & {},
    ...(indexes.length && { indexes }),
  }
}

/** Names of the fields that a site added to tickets: shown with the ticket, writable, usable as filters. */
const extraTicketFields = (base: CollectionConfig, changed: CollectionConfig): string[] => {
  const own = new Set(namesOf(base.fields))
  return namesOf(changed.fields).filter((name) => !own.has(name))
}

/** Of those, the ones that whoever opens a ticket may fill: none that is hidden, kept or guarded. */
const fillableTicketFields = (changed: CollectionConfig, extra: string[]): string[] =>
  fieldsOf(changed.fields)
    .filter((field) => {
      const { hidden, virtual, access, admin } = field as {
        hidden?: boolean
        virtual?: unknown
        access?: { create?: unknown }
        admin?: { hidden?: unknown; readOnly?: boolean }
      }
      return !hidden && !virtual && !access?.create && !admin?.hidden && !admin?.readOnly
    })
    .flatMap(({ name }) => (name && extra.includes(name) ? [name] : []))

/** The whole schema, the same whether the plugin is switched on or off. */
export const makeCollections = (
  context: SchemaContext,
  overrides: Partial<Record<SlugKey, CollectionOverride>> = {},
): CollectionConfig[] => {
  const made: Record<SlugKey, CollectionConfig> = {
    tickets: tickets(context),
    messages: messages(context),
    mailboxes: mailboxes(context),
    contacts: contacts(context),
    deals: deals(context),
    activities: activities(context),
    attachments: attachments(context),
    inboundEmails: inboundEmails(context),
    outboundEmails: outboundEmails(context),
    webhooks: webhooks(context),
    ...internalCollections(context),
  }
  const keys = Object.keys(defaultSlugs) as SlugKey[]
  context.helpdesk.ownDocuments = Object.fromEntries(
    keys.map((key) => [made[key].slug, ownDocument(made[key])]),
  )
  const collections = keys.map((key) => override({ key, base: made[key], change: overrides[key] }))
  const extra = extraTicketFields(made.tickets, collections[0]!)
  context.helpdesk.tickets.extraFields = extra
  context.helpdesk.tickets.fillableFields = fillableTicketFields(collections[0]!, extra)
  return collections
}
