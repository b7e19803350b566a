import { mobileSignatures } from './signatureWords.js'

/** `standard` is the delimiter of RFC 3676 §4.3, `loose` what people type for it. */
export const signatureKind = (raw: string): 'standard' | 'loose' | null => {
  if (raw === '-- ' || raw === '--\u00a0') return 'standard'
  const text = raw.trim()
  return text === '--' || text === '—' || text === '–' || text === '---' || text === '__' || text === '-- --'
    ? 'loose'
    : null
}

/** The rule that mailing lists put above their footer. */
export const isListFooter = (raw: string): boolean => /^_{20,60}$/.test(raw.trim())

/** A line that a phone or program adds by itself, such as "Sent from my iPhone". */
export const isMobileSignature = (raw: string): boolean => {
  const text = raw.trim()
  if (text.length < 6 || text.length > 160) return false
  const lower = text.toLowerCase().replace(/^[-–—*_<\s]+/, '')
  return mobileSignatures.some(({ start, devices }) => {
    if (!lower.startsWith(start)) return false
    const rest = lower.slice(start.length).trim()
    return (
      !devices ||
      (rest.length <= 70 && !/[.!?]\s+\S|,\s.*\s.*\s.*\s/.test(rest.replace(/<[^>]*>|https?:\S+/g, '')))
    )
  })
}
