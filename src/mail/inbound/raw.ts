import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { deflateRaw, deflateRawSync, inflateRaw } from 'node:zlib'
import type { PayloadRequest } from 'payload'
import type { DocID } from '../../collections/types.js'
import { getHelpdesk } from '../../core/config.js'
import { insertRows, sqlOf, tableOf } from '../../core/database.js'
import { HelpdeskError } from '../../core/errors.js'

// Base64 characters of one row.
const chunkLength = 4 * 1024 * 1024

// Below this the way to another thread costs more than the work.
const smallBytes = 64 * 1024

const options = { level: 3 }

/** The pieces in which a mail's source is stored: deflated, base64, at most 4 MB each. */
export const packRaw = async (raw: Buffer): Promise<string[]> => {
  const packed =
    raw.length < smallBytes ? deflateRawSync(raw, options) : await promisify(deflateRaw)(raw, options)
  const text = packed.toString('base64')
  const pieces: string[] = []
  for (let at = 0; at < text.length || !pieces.length; at += chunkLength) {
    pieces.push(text.slice(at, at + chunkLength))
  }
  return pieces
}

export const unpackRaw = (pieces: readonly string[]): Promise<Buffer> =>
  promisify(inflateRaw)(Buffer.from(pieces.join(''), 'base64')) as Promise<Buffer>

export const sha256 = (raw: Buffer): string => createHash('sha256').update(raw).digest('hex')

/** Writes the sources of some mails, in the transaction that writes their journal rows. */
export const writeRaws = async (
  req: PayloadRequest,
  mails: readonly { inboundEmail: DocID; pieces: string[] }[],
): Promise<void> => {
  await insertRows({
    req,
    slug: getHelpdesk(req.payload).slugs.rawSources,
    rows: mails.flatMap(({ inboundEmail, pieces }) =>
      pieces.map((data, part) => ({ inboundEmail, part, data, keepUntil: null })),
    ),
  })
}

/** The sources of some mails; those that are no longer kept are left out. */
export const readRaws = async (req: PayloadRequest, inboundEmails: DocID[]): Promise<Map<string, Buffer>> => {
  const { rows } = await sqlOf(req).query<{ id: DocID; data: string }>(
    `select inbound_email_id id, data from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.rawSources)}
     where inbound_email_id = any($1) order by inbound_email_id, part`,
    [inboundEmails],
  )
  const pieces = new Map<string, string[]>()
  for (const { id, data } of rows) pieces.set(String(id), [...(pieces.get(String(id)) ?? []), data])
  const raws = await Promise.all(
    [...pieces].map(async ([id, parts]) => [id, await unpackRaw(parts)] as const),
  )
  return new Map(raws)
}

/** The source of one mail, byte for byte. Throws `rawGone` where it is no longer kept. Looks at nobody's rights. */
export const readRaw = async (args: { req: PayloadRequest; inboundEmail: DocID }): Promise<Buffer> => {
  const raw = (await readRaws(args.req, [args.inboundEmail])).get(String(args.inboundEmail))
  if (!raw) throw new HelpdeskError('rawGone')
  return raw
}

type KeepArgs = { req: PayloadRequest; inboundEmails: DocID[]; until: Date | null }

/** Lets the source of some mails go at that time; null keeps it. */
export const keepRawUntil = async ({ req, inboundEmails, until }: KeepArgs): Promise<void> => {
  await sqlOf(req).query(
    `update ${tableOf(req.payload, getHelpdesk(req.payload).slugs.rawSources)} set keep_until = $2
     where inbound_email_id = any($1)`,
    [inboundEmails, until],
  )
}
