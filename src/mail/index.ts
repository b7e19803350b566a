import type { Helpdesk } from '../core/config.js'
import type { Part } from '../core/part.js'

export { readRaw } from './inbound/raw.js'
export { parseAuthResults } from './rules/auth.js'
export { resolveInlineImages } from './rules/inlineImage.js'

/** What mail gives the roof. */
export const mailPart = (_helpdesk: Helpdesk): Part => ({})
