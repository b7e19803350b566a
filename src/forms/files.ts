import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { keepPending } from '../operations/pendingFile.js'
import { readAttachment } from '../operations/readAttachment.js'
import { FileRefused } from '../operations/storeFile.js'
import { formCollections } from './collections.js'
import type { Waiting } from './journal.js'

/** Files of one submission. */
const mostFiles = 20

type Upload = { relationTo: string; value: DocID }

type FileDoc = { id: DocID; filename?: string; mimeType?: string; filesize?: number; prefix?: string }

/** Files that are stored for a ticket, and the fields whose files stay where they are. */
export type FormFiles = { attachments: DocID[]; left: string[] }

type BringArgs = { req: PayloadRequest; waiting: Waiting; submission: Record<string, unknown> }

/**
 * Copies the files of a submission, each in a transaction of its own, before the verb that links them; those of an
 * earlier try are taken again. What is too large, or not the visitor's to give away, is left.
 */
export const bringFiles = async ({ req, waiting, submission }: BringArgs): Promise<FormFiles> => {
  const brought: FormFiles = { attachments: [], left: [] }
  for (const [index, { field, upload }] of uploadsOf(submission).entries()) {
    const id = index < mostFiles ? await bring({ req, waiting, upload, index }) : null
    if (id === null) brought.left.push(field)
    else brought.attachments.push(id)
  }
  return { ...brought, left: [...new Set(brought.left)] }
}

const uploadsOf = (submission: Record<string, unknown>): { field: string; upload: Upload }[] => {
  const rows = submission['submissionUploads']
  return (Array.isArray(rows) ? (rows as { field?: unknown; value?: unknown }[]) : []).flatMap(
    ({ field, value }) =>
      (Array.isArray(value) ? (value as Upload[]) : []).map((upload) => ({ field: String(field), upload })),
  )
}

type OneArgs = { req: PayloadRequest; waiting: Waiting; upload: Upload; index: number }

const bring = async ({ req, waiting, upload, index }: OneArgs): Promise<DocID | null> => {
  const { relationTo: collection, value: id } = upload
  const doc = (await req.payload.findByID({
    collection: collection as never,
    id,
    depth: 0,
    disableErrors: true,
    overrideAccess: true,
    req,
  })) as FileDoc | null
  if (!doc?.filename || (doc.filesize ?? 0) > getHelpdesk(req.payload).attachments.maxSize) return null
  if (!(await isTheirs({ req, waiting, upload }))) return null
  const key = `form-${waiting.id}-${index}`
  const known = await storedAs(req, key)
  if (known !== null) return known
  const content = await readAttachment({ req, attachment: doc, collection })
  const file = { filename: doc.filename, contentType: doc.mimeType ?? '', content }
  try {
    return await keepPending({ req, file, key })
  } catch (error) {
    // Another worker may have been faster.
    const theirs = await storedAs(req, key)
    if (theirs !== null) return theirs
    if (error instanceof FileRefused) return null
    throw error
  }
}

const storedAs = async (req: PayloadRequest, key: string): Promise<DocID | null> => {
  const { rows } = await sqlOf(req).query<{ id: DocID }>(
    `select id from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.attachments)}
     where key = $1 and message_id is null`,
    [key],
  )
  return rows[0]?.id ?? null
}

/**
 * Whether the visitor may have it in a ticket. A submission can name any document of the site's uploads by its id, and
 * the form builder looks at nobody's rights: only what was uploaded with the form, which is a row of the very
 * transaction that wrote the submission, or what anybody may read, is theirs to give.
 */
const isTheirs = async ({ req, waiting, upload }: Omit<OneArgs, 'index'>): Promise<boolean> => {
  const { payload } = req
  const { rows } = await sqlOf(req).query(
    `select 1 from ${tableOf(payload, upload.relationTo)} f
     join ${tableOf(payload, formCollections(payload).submissions)} s on s.xmin = f.xmin
     where f.id = $1 and s.id::text = $2`,
    [upload.value, waiting.submission],
  )
  if (rows.length) return true
  const open = await payload.findByID({
    collection: upload.relationTo as never,
    id: upload.value,
    depth: 0,
    disableErrors: true,
    overrideAccess: false,
    req,
  })
  return open !== null
}
