import sanitize from 'sanitize-html'
import { isRaster } from '../raster.js'
import { safeLink } from '../safeLink.js'
import { safeStyle } from './style.js'

export type SanitizedHtml = {
  html: string
  remoteImages: number
  /** Content-IDs that the HTML shows, decoded. */
  cids: string[]
  /** Embedded images left out because of type or size. */
  droppedImages: number
}

const tags =
  `a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del
  details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p
  pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul
  var wbr`.split(/\s+/)

// Numbers, colours and words only: each value is checked against `plainValue` below.
const plainAttributes = new Set(
  `align alt bgcolor border cellpadding cellspacing char charoff color cols colspan datetime dir face height hspace lang
  nowrap open reversed rows rowspan rules scope size span start summary title type valign value vspace width`.split(
    /\s+/,
  ),
)

const ownAttributes = ['style', 'href', 'target', 'rel', 'src', 'data-remote', 'referrerpolicy']

const freeText = new Set(['alt', 'title', 'summary', 'face', 'lang'])

// Elements whose content is no text of the mail.
const withoutContent =
  `applet audio iframe math noembed noframes option plaintext script select style svg template
  textarea title video xmp`.split(/\s+/)

/** Base64 characters of one embedded image, and of all in a mail: about 256 kB and 1 MB. */
const maxDataImage = 350_000
const maxDataImages = 1_400_000

const isRasterData = (url: string): boolean => {
  const [, type] = /^data:([^;,]{1,100});base64,[a-z0-9+/=\s]*$/i.exec(url) ?? []
  return type !== undefined && isRaster(type)
}

const decodeCid = (source: string): string => {
  const id = source.slice(4).replace(/^<|>$/g, '').trim()
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}

type Counters = { remoteImages: number; cids: Set<string>; droppedImages: number; dataLength: number }

const imageSource = (source: string, counters: Counters): { src?: string; remote?: boolean } => {
  const url = source.trim()
  if (/^cid:/i.test(url)) {
    const id = decodeCid(url)
    counters.cids.add(id)
    return { src: `cid:${encodeURIComponent(id)}` }
  }
  if (/^data:/i.test(url)) {
    if (url.length > maxDataImage || counters.dataLength + url.length > maxDataImages || !isRasterData(url)) {
      counters.droppedImages++
      return {}
    }
    counters.dataLength += url.length
    return { src: url.replace(/\s+/g, '') }
  }
  const absolute = url.startsWith('//') ? `https:${url}` : url
  const link = /^https?:/i.test(absolute) ? safeLink(absolute) : null
  if (!link) return {}
  counters.remoteImages++
  return { src: link, remote: true }
}

/** An attribute that says something about an element, read from its own ones before they are dropped. */
export type Mark = {
  attribute: string
  of: (tag: string, attributes: Record<string, string>) => string | null
}

type Attributes = { from: Record<string, string>; counters: Counters; mark: Mark | undefined }

const attributesFor = (tag: string, { from, counters, mark }: Attributes): Record<string, string> => {
  const to: Record<string, string> = {}
  for (const name of Object.keys(from)) {
    const value = from[name]!
    if (name === 'style') {
      const style = safeStyle(value)
      if (style) to['style'] = style
    } else if (plainAttributes.has(name) && value.length <= 2000) {
      if (freeText.has(name) ? !/[<>`]|script:/i.test(value) : /^[\p{L}\p{N}#%.,\s*+-]*$/u.test(value))
        to[name] = value
    }
  }
  if (tag === 'a') {
    const href = from['href'] === undefined ? null : safeLink(from['href'])
    if (href) Object.assign(to, { href, target: '_blank', rel: 'noopener noreferrer nofollow' })
  }
  if (tag === 'img') {
    const image = from['src'] === undefined ? {} : imageSource(from['src'], counters)
    if (image.src) to['src'] = image.src
    if (image.remote) Object.assign(to, { 'data-remote': '1', referrerpolicy: 'no-referrer' })
  }
  const marked = mark?.of(tag, from)
  if (mark && marked) to[mark.attribute] = marked
  return to
}

/**
 * Makes the HTML of a mail safe to show: elements, attributes and styles by list, links to http, https, mailto and tel
 * only, images from the mail itself or marked `data-remote` for the frame's policy to decide.
 * `mark` adds an attribute of ours to some elements, for who reads the result.
 */
export const sanitizeHtml = (dirty: string, { mark }: { mark?: Mark } = {}): SanitizedHtml => {
  const counters: Counters = { remoteImages: 0, cids: new Set(), droppedImages: 0, dataLength: 0 }
  const html = sanitize(dirty, {
    allowedTags: tags,
    allowedAttributes: { '*': [...plainAttributes, ...ownAttributes, ...(mark ? [mark.attribute] : [])] },
    allowedSchemes: ['http', 'https', 'mailto', 'tel', 'cid', 'data'],
    allowProtocolRelative: false,
    parseStyleAttributes: false,
    nonTextTags: withoutContent,
    nestingLimit: 400,
    transformTags: {
      '*': (tagName, attribs) => ({
        tagName,
        attribs: attributesFor(tagName, { from: attribs, counters, mark }),
      }),
    },
  })
  return {
    html,
    remoteImages: counters.remoteImages,
    cids: [...counters.cids],
    droppedImages: counters.droppedImages,
  }
}
