import type { Endpoint, PayloadRequest } from 'payload'
import { z } from 'zod'
import { harmlessHeaders } from '../../collections/Attachments/headers.js'
import { isAgent } from '../../collections/access/role.js'
import { defineEndpoint, streamResponse } from '../../core/endpoint.js'
import { HelpdeskError } from '../../core/errors.js'
import { readRawPart } from '../../mail/index.js'
import { readAttachment } from '../../operations/readAttachment.js'
import { discardUpload, uploadAttachment } from '../../operations/uploadAttachment.js'
import { bareType, isRaster } from '../../rules/raster.js'
import { type AttachmentFile, readAttachmentFile } from '../queries/attachmentFile.js'
import { readAttachmentView } from '../queries/attachmentViews.js'
import { contentDisposition } from './contentDisposition.js'
import { nothing, pathID } from './shapes.js'

const allow = (req: PayloadRequest) => isAgent({ req })

const bytesOf = (req: PayloadRequest, file: AttachmentFile): Promise<Buffer> => {
  if (file.state !== 'refused') return readAttachment({ req, attachment: file })
  const { inboundEmail, partIndex, sha256 } = file
  if (inboundEmail === null || partIndex === null || !sha256) throw new HelpdeskError('rawGone')
  return readRawPart({ req, inboundEmail, partIndex, sha256 })
}

type ServeArgs = { file: AttachmentFile; bytes: Buffer; download: boolean }

const serve = ({ file, bytes, download }: ServeArgs): Response => {
  const type = bareType(file.type)
  const inPlace = isRaster(type) && !download
  const headers = new Headers({
    'Content-Type': type || 'application/octet-stream',
    'Content-Disposition': contentDisposition(inPlace ? 'inline' : 'attachment', file.name),
    'Content-Length': String(bytes.length),
  })
  return streamResponse({
    body: new Uint8Array(bytes),
    headers: Object.fromEntries(harmlessHeaders(headers)),
  })
}

export const attachmentEndpoints: Endpoint[] = [
  defineEndpoint({
    path: '/helpdesk/attachments',
    method: 'post',
    allow,
    files: true,
    handler: async ({ req }) => {
      const { file } = req
      if (!file) throw new HelpdeskError('badInput', { fields: { file: 'Choose a file.' } })
      const { attachment } = await uploadAttachment({
        req,
        file: { name: file.name, type: file.mimetype, data: file.data },
      })
      return { attachment: await readAttachmentView(req, attachment) }
    },
  }),
  defineEndpoint({
    path: '/helpdesk/attachments/:id',
    method: 'delete',
    allow,
    body: nothing,
    handler: async ({ req, params }) => {
      await discardUpload({ req, attachment: pathID({ req, value: params['id'], key: 'notFound' }) })
      return {}
    },
  }),
  defineEndpoint({
    path: '/helpdesk/attachments/:id',
    method: 'get',
    allow,
    query: z.object({ download: z.string().optional() }),
    handler: async ({ req, params, query }) => {
      const file = await readAttachmentFile(req, params['id'])
      return serve({ file, bytes: await bytesOf(req, file), download: Boolean(query.download) })
    },
  }),
]
