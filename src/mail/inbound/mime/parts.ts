import { type Duplex, finished } from 'node:stream'
import type { MimeNode, SplitterChunk } from '@zone-eu/mailsplit'
import mailsplit from '@zone-eu/mailsplit'
import { decodeTransfer } from './decode.js'
import type { RawHeader } from './headers.js'
import { splitHeader } from './rawHeader.js'

/** A node of the MIME tree. A leaf has `body`, a multipart has `children`. */
export type MimePart = {
  contentType: string
  /** `mixed`, `alternative`, …; null for a leaf. */
  multipart: string | null
  charset: string | null
  disposition: string | null
  filename: string | null
  encoding: string
  flowed: boolean
  delSp: boolean
  headers: RawHeader[]
  children: MimePart[]
  /** Decoded bytes of a leaf. */
  body: Buffer
  /** Position among the leaves. */
  partIndex: number
}

export type SplitMail = { root: MimePart | null; errors: string[] }

/** `isMultipart`: what the header says, though there be no parts. */
type SplitOnce = SplitMail & { isMultipart: boolean }

const maxHeaderBytes = 1024 * 1024

const partOf = (node: MimeNode): MimePart => ({
  contentType: node.contentType || 'text/plain',
  multipart: node.multipart || null,
  charset: node.charset || null,
  disposition: node.disposition || null,
  filename: node.filename || null,
  encoding: node.encoding || '',
  flowed: node.flowed,
  delSp: node.delSp,
  headers: node.headers ? node.headers.getList() : [],
  children: [],
  body: Buffer.alloc(0),
  partIndex: -1,
})

/**
 * Takes a raw mail apart. A mail that goes over a limit keeps what was read up to there.
 * An embedded message stays one leaf: its bytes are a file of this mail, its parts are not.
 */
export const splitMail = async (args: { raw: Buffer; maxParts: number }): Promise<SplitMail> => {
  const { headers, bodyStart: start } = splitHeader(args.raw)
  // A mail without any header is text from its first line.
  const raw = headers.length ? args.raw : Buffer.concat([Buffer.from('\r\n'), args.raw])
  const bodyStart = headers.length ? start : 2
  const split =
    (await splitSingle({ ...args, raw, headers, bodyStart })) ?? (await splitOnce({ ...args, raw }))
  const { root } = split
  if (!root || !/^multipart\//.test(rootType(root)) || root.children.length) return split
  if (!root.body.length) root.body = args.raw.subarray(start)
  // The header names no usable boundary; the first line of the body that looks like one does.
  const boundary = /^--([^\s-][^\r\n]{0,70}?)[ \t]*$/m.exec(
    args.raw.toString('latin1', start, start + 20_000),
  )?.[1]
  if (!boundary || boundary.includes('"')) return split
  const header = Buffer.from(`Content-Type: multipart/mixed; boundary="${boundary}"\r\n`)
  return splitOnce({ ...args, raw: Buffer.concat([header, args.raw]) })
}

const rootType = (root: MimePart): string =>
  root.headers
    .find(({ key }) => key === 'content-type')
    ?.line.slice(13)
    .trim()
    .toLowerCase() ?? ''

type Single = { raw: Buffer; maxParts: number; headers: RawHeader[]; bodyStart: number }

/** A mail of one part, without a look at each line of its body; null where there may be several. */
const splitSingle = async ({ raw, maxParts, headers, bodyStart }: Single): Promise<SplitMail | null> => {
  const mayBeSeveral = headers.some(({ key, line }) => key === 'content-type' && /multipart/i.test(line))
  if (mayBeSeveral || bodyStart >= maxHeaderBytes) return null
  const split = await splitOnce({ raw: raw.subarray(0, bodyStart), maxParts })
  if (!split.root || split.isMultipart || split.errors.length) return null
  split.root.body = decodeTransfer(raw.subarray(bodyStart), split.root.encoding)
  return split
}

const splitOnce = ({ raw, maxParts }: { raw: Buffer; maxParts: number }): Promise<SplitOnce> =>
  new Promise((resolve) => {
    const errors: string[] = []
    const parts = new Map<MimeNode, MimePart>()
    const bodies = new Map<MimePart, Buffer[]>()
    let root: MimePart | null = null
    let leaves = 0
    const limits = { ignoreEmbedded: true, maxChildNodes: maxParts, maxHeadSize: maxHeaderBytes }
    const splitter = new mailsplit.Splitter(limits)

    const finish = (): void => {
      const isMultipart = Boolean(root?.multipart)
      for (const [part, chunks] of bodies) {
        // Split by a boundary, whatever the type calls itself.
        if (!part.multipart && part.children.length)
          Object.assign(part, { multipart: 'mixed', partIndex: -1 })
        // Without a boundary to go by, a multipart is one leaf.
        if (part.multipart && !part.children.length)
          Object.assign(part, { multipart: null, contentType: 'text/plain', partIndex: leaves++ })
        if (!part.multipart) part.body = decodeTransfer(Buffer.concat(chunks), part.encoding)
      }
      resolve({ root, errors, isMultipart })
    }
    splitter.on('data', (chunk: SplitterChunk) => {
      if (chunk.type === 'node') {
        const part = partOf(chunk)
        parts.set(chunk, part)
        bodies.set(part, [])
        const parent = chunk.parentNode ? parts.get(chunk.parentNode) : undefined
        // RFC 2046 §5.1.5: a digest holds messages unless a part says otherwise.
        if (parent?.multipart === 'digest' && !part.headers.some(({ key }) => key === 'content-type'))
          part.contentType = 'message/rfc822'
        if (!part.multipart) part.partIndex = leaves++
        if (parent) parent.children.push(part)
        else root ??= part
      } else if (chunk.type === 'body' && chunk.value) {
        const part = parts.get(chunk.node)
        if (part) bodies.get(part)?.push(chunk.value)
      }
    })
    // The splitter's own types know its `data` event only.
    finished(splitter as unknown as Duplex, (error) => {
      if (error) errors.push(`The mail was read in part: ${error.message}`)
      finish()
    })
    splitter.end(raw)
  })
