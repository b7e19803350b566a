import type { CollectionConfig } from 'payload'
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

const override = (
  key: SlugKey,
  base: CollectionConfig,
  change: CollectionOverride | undefined,
): CollectionConfig => {
  if (!change) return base
  const names = (fields: CollectionConfig['fields']) =>
    fields.flatMap((field) => ('name' in field ? [field.name] : []))
  const fields = change.fields ? change.fields({ defaultFields: base.fields }) : base.fields
  const changed = change.collection
    ? change.collection({ defaultCollection: { ...base, fields } })
    : { ...base, fields }
  if (changed.slug !== base.slug) {
    throw new Error(
      `payload-helpdesk: overrides.${key} changed the slug to "${changed.slug}". Use the option slugs.${key} instead.`,
    )
  }
  const kept = new Set(names(changed.fields))
  const lost = names(base.fields).filter((name) => !kept.has(name))
  if (lost.length) {
    throw new Error(
      `payload-helpdesk: overrides.${key} removed the field(s) ${lost.join(', ')}, which the help desk writes. Keep the default fields.`,
    )
  }
  return changed
}

/** Names of the fields that a site added to tickets: shown with the ticket, writable, usable as filters. */
const extraTicketFields = (base: CollectionConfig, changed: CollectionConfig): string[] => {
  const own = new Set(base.fields.flatMap((field) => ('name' in field ? [field.name] : [])))
  return changed.fields.flatMap((field) => ('name' in field && !own.has(field.name) ? [field.name] : []))
}

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
    ...internalCollections(context),
  }
  const keys = Object.keys(defaultSlugs) as SlugKey[]
  const collections = keys.map((key) => override(key, made[key], overrides[key]))
  context.helpdesk.tickets.extraFields = extraTicketFields(made.tickets, collections[0]!)
  return collections
}
