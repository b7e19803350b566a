import { portal as ar } from './ar.js'
import { portal as de } from './de.js'
import { portal as en, type PortalWords } from './en.js'
import { portal as es } from './es.js'
import { portal as fr } from './fr.js'

export type { PortalWords } from './en.js'

/** The languages that the customers' pages speak as they come. */
export const portalWords: Record<string, PortalWords> = { en, de, fr, es, ar }
