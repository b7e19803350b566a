import { mobileFrames, mobileStarts } from './signatureWords.js'

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

/** Words that follow "Sent from my …": a device or program, never a sentence. */
const isDevice = (text: string): boolean => {
  const bare = text.replace(/<[^>]*>|\[[^\]]*\]|https?:\S+/g, '').trim()
  return bare.length <= 60 && !/[.!?;]\s+\S|,\s*(?:\S+\s+){3}/.test(bare)
}

/** A line that a phone or program adds by itself, such as "Sent from my iPhone". */
export const isMobileSignature = (raw: string): boolean => {
  const text = raw.trim()
  if (text.length < 6 || text.length > 250) return false
  const lower = text.toLowerCase().replace(/^[-–—*_<[\s]+/, '')
  const start = mobileStarts.find((candidate) => lower.startsWith(candidate))
  if (start !== undefined) return isDevice(lower.slice(start.length))
  const bare = lower.replace(/[.\s*_>\]]+$/, '')
  return (
    bare.length <= 60 && mobileFrames.some(([first, last]) => bare.startsWith(first) && bare.endsWith(last))
  )
}
