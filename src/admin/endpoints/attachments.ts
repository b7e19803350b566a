import type { Endpoint, PayloadRequest } from 'payload'
import { z } from 'zod'
import { isAgent } from '../../collections/access/role.js'
import { defineEndpoint } from '../../core/endpoint.js'
import { HelpdeskError } from '../../core/errors.js'
import { readRawPart } from '../../mail/index.js'
import { attachmentResponse } from '../../operations/attachmentResponse.js'
import { readAttachment } from '../../operations/readAttachment.js'
import { discardUpload, uploadAttachment } from '../../operations/uploadAttachment.js'
import { type AttachmentFile, readAttachmentFile } from '../queries/attachmentFile.js'
import { readAttachmentView } from '../queries/attachmentViews.js'
import { nothing, pathID } from './shapes.js'

const allow = (req: PayloadRequest) => isAgent({ req })

const bytesOf = (req: PayloadRequest, file: AttachmentFile): Promise<Buffer> => {
  if (file.state !== 'refused') return readAttachment({ req, attachment: file })
  const { inboundEmail, partIndex, sha256 } = file
  if (inboundEmail === null || partIndex === null || !sha256) throw new HelpdeskError('rawGone')
  return readRawPart({ req, inboundEmail, partIndex, sha256 })
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
      return attachmentResponse({
        file,
        bytes: await bytesOf(req, file),
        download: Boolean(query.download),
      })
    },
  }),
]
