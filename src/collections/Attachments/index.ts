import type { CollectionConfig, Where } from 'payload'
import { label } from '../../translations/label.js'
import { isAgent, nobody } from '../access/role.js'
import { scopeWhere, ticketScope } from '../access/scope.js'
import type { SchemaContext } from '../context.js'
import { date, flag, num, relation, text } from '../fields.js'
import { refuseDelete, refuseWrites } from '../managed.js'
import { harmlessHeaders } from './headers.js'
import { unopened } from './unopened.js'

/** `pending` until its message is committed; `refused` where storage would not take it: served from the raw mail. */
export const attachmentStates = ['pending', 'linked', 'refused'] as const

export const attachments = ({ slugs, usersSlug, helpdesk }: SchemaContext): CollectionConfig => ({
  slug: slugs.attachments,
  labels: { singular: label('attachment:one'), plural: label('attachment:many') },
  versions: false,
  lockDocuments: false,
  disableDuplicate: true,
  admin: { useAsTitle: 'originalName', group: 'Help desk', hidden: true },
  access: {
    create: nobody,
    // Always a constraint, never `true`: with `true` a file is served without looking at its document.
    read: async ({ req }) => {
      const scope = await ticketScope(req)
      if (scope.sees === 'nothing' || !req.user) return false
      const linked = scope.sees === 'all' ? { ticket: { exists: true } } : scopeWhere(scope, 'ticket.')
      const own: Where = { and: [{ uploadedBy: { equals: req.user.id } }, { ticket: { exists: false } }] }
      return { or: [own, linked as Where] }
    },
    update: nobody,
    delete: nobody,
    admin: isAgent,
    readVersions: nobody,
  },
  upload: {
    staticDir: helpdesk.attachments.directory,
    filesRequiredOnCreate: false,
    allowRestrictedFileTypes: true,
    crop: false,
    focalPoint: false,
    pasteURL: false,
    bulkUpload: false,
    modifyResponseHeaders: ({ headers }) => harmlessHeaders(headers),
  },
  fields: [
    text('key', { unique: true, index: true }),
    text('originalName'),
    text('contentId'),
    flag('inline'),
    text('state', { values: attachmentStates, defaultValue: 'pending' }),
    text('refusal'),
    num('partIndex'),
    num('bytes'),
    text('sha256'),
    relation('ticket', { to: slugs.tickets }),
    relation('message', { to: slugs.messages }),
    relation('inboundEmail', { to: slugs.inboundEmails }),
    relation('draft', { to: slugs.drafts }),
    relation('uploadedBy', { to: usersSlug }),
    date('sweepAfter'),
  ],
  hooks: {
    beforeOperation: [unopened],
    beforeChange: [refuseWrites('a verb')],
    beforeDelete: [refuseDelete('a verb')],
  },
})
