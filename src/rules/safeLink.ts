/**
 * The address that a link may have, cleaned of what only hides its scheme; null for all that is neither http, https,
 * mailto nor tel.
 */
export const safeLink = (href: string): string | null => {
  const url = href
    .trim()
    .replace(/[\0-\x20\x7f-\xa0\u200b-\u200f\u2028\u2029\ufeff]+/g, (blank) => (blank === ' ' ? '%20' : ''))
    .trim()
  if (url.length > 8000) return null
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase()
  if (scheme === 'http' || scheme === 'https') return /^https?:\/\/[^/]/i.test(url) ? url : null
  if (scheme === 'mailto' || scheme === 'tel') return url
  return !scheme && /^www\.[^/]+\.[a-z]/i.test(url) ? `https://${url}` : null
}
