import { isRaster } from '../../rules/raster.js'

/**
 * What a stored file is served with: it never runs, is never guessed at, and only raster images are shown in
 * place. Everything else is a download.
 */
export const harmlessHeaders = (headers: Headers): Headers => {
  headers.set('X-Content-Type-Options', 'nosniff')
  headers.set('Content-Security-Policy', "sandbox; default-src 'none'")
  headers.set('Referrer-Policy', 'no-referrer')
  headers.set('Cross-Origin-Resource-Policy', 'same-origin')
  headers.set('Cache-Control', 'private, max-age=3600')
  if (!isRaster(headers.get('Content-Type') ?? '')) {
    headers.set('Content-Type', 'application/octet-stream')
    if (!headers.get('Content-Disposition')?.startsWith('attachment'))
      headers.set('Content-Disposition', 'attachment')
  }
  return headers
}
