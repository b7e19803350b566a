const hostOf = (address: string): string => {
  try {
    return new URL(address).hostname
  } catch {
    return ''
  }
}

// The grammar of policies knows no IPv6 address; nobody's site stands there but a developer's own.
const sourceOf = (files: string): string => (hostOf(files).startsWith('[') ? "'self'" : files)

/**
 * What a mail's page may do: show itself, and load images from below `files`, the address of the desk's attachments
 * (`images`: from anywhere).
 */
export const framePolicy = (images: boolean, files: string): string =>
  `default-src 'none'; img-src ${sourceOf(files)} data:${images ? ' http: https:' : ''}; style-src 'unsafe-inline'; form-action 'none'`

const remoteImage = /<img\b[^<>]*\sdata-remote="1"[^<>]*>/g

/**
 * Without the pictures that a mail wants from the site itself: whatever stands there would be asked for with the
 * agent's cookies, which go by the host's name, and no policy can leave a host out.
 */
export const withoutOwnImages = (html: string, site: string): string =>
  html.replace(remoteImage, (image) =>
    image.replace(/\ssrc="([^"]*)"/, (source, address: string) => {
      const host = hostOf(address.replaceAll('&amp;', '&'))
      return host && host !== hostOf(site) ? source : ''
    }),
  )

/** No scripts, no forms, no way up; same origin only so that the desk can measure it. */
export const frameSandbox = 'allow-same-origin allow-popups allow-popups-to-escape-sandbox'

export type FrameColors = { text: string; muted: string; link: string; line: string }

type FrameDocumentArgs = {
  /** Sanitised HTML of a mail. */
  html: string
  images: boolean
  /** Address below which the attachments are that the mail shows; it ends with a slash. */
  files: string
  /** Colours of the theme, or null for a mail that brings its own and is shown on paper. */
  colors: FrameColors | null
  isDark: boolean
}

const styles = ({ colors, isDark }: Pick<FrameDocumentArgs, 'colors' | 'isDark'>): string => {
  const { text, muted, link, line } = colors ?? {
    text: '#1a1a1a',
    muted: '#666',
    link: '#0b5cad',
    line: '#ddd',
  }
  return `
html{color-scheme:${colors && isDark ? 'dark' : 'light'};overflow-x:auto;overflow-y:hidden;background:transparent}
body{margin:0;padding:1px 0;height:auto!important;min-height:0!important;color:${text};background:transparent;
font:14px/1.55 -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
p{margin:0 0 .7em}p:last-child{margin-bottom:0}ul,ol{margin:0 0 .7em;padding-inline-start:1.6em}
a{color:${link}}img{max-width:100%;height:auto}pre{white-space:pre-wrap}
blockquote{margin:0 0 .7em;padding-inline-start:.8em;border-inline-start:2px solid ${line};color:${muted}}
table{max-width:100%}hr{border:0;border-top:1px solid ${line}}`
}

/** A mail as a page of its own, for `srcdoc`. */
export const frameDocument = ({ html, images, files, colors, isDark }: FrameDocumentArgs): string =>
  `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${framePolicy(images, files)}">` +
  `<meta name="referrer" content="no-referrer"><base target="_blank"><style>${styles({ colors, isDark })}</style></head>` +
  `<body dir="auto">${withoutOwnImages(html, files)}</body></html>`

const light = 0.4

/** How light a computed colour is, 0 to 1; null where it cannot be seen. */
export const luminance = (color: string): number | null => {
  const parts = color.match(/[\d.]+/g)?.map(Number)
  if (!parts || parts.length < 3 || (parts.length > 3 && parts[3]! < 0.15)) return null
  const [red = 0, green = 0, blue = 0] = parts
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255
}

/** Whether a mail paints backgrounds of its own, so that only paper does it justice. */
export const paintsBackground = (html: string): boolean =>
  /\bbgcolor\s*=|background(?:-color|-image)?\s*:\s*(?!\s*(?:none|transparent|inherit|initial))/i.test(html)

/** On a dark page: gives text that was written for white paper the page's colour, and keeps what can be read. */
export const liftDarkText = (body: HTMLElement) => {
  const view = body.ownerDocument.defaultView
  if (!view) return
  // A mail with more coloured pieces than this is shown as it is rather than holding the page up.
  for (const element of [...body.querySelectorAll<HTMLElement>('[style*="color"], font[color]')].slice(
    0,
    3_000,
  )) {
    const value = luminance(view.getComputedStyle(element).color)
    if (value !== null && value < light) element.style.setProperty('color', 'inherit', 'important')
  }
}
