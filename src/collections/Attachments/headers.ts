const shown = /^image\/(png|jpeg|gif|webp|avif|bmp)$/

/**
 * What a stored file is served with: it never runs, is never guessed at, and only raster images are shown in
 * place. Everything else is a download.
 */
export const harmlessHeaders = (headers: Headers): Headers => {
  const type = (headers.get('Content-Type') ?? '').split(';')[0]!.trim().toLowerCase()
  headers.set('X-Content-Type-Options', 'nosniff')
  headers.set('Content-Security-Policy', "sandbox; default-src 'none'")
  headers.set('Referrer-Policy', 'no-referrer')
  headers.set('Cross-Origin-Resource-Policy', 'same-origin')
  headers.set('Cache-Control', 'private, max-age=3600')
  if (!shown.test(type)) {
    headers.set('Content-Type', 'application/octet-stream')
    if (!headers.get('Content-Disposition')?.startsWith('attachment'))
      headers.set('Content-Disposition', 'attachment')
  }
  return headers
}
