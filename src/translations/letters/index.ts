import { letters as ar } from './ar.js'
import { letters as de } from './de.js'
import { letters as en, type Letters } from './en.js'
import { letters as es } from './es.js'
import { letters as fr } from './fr.js'

export type { Letters, LetterWords } from './en.js'

/** The languages that mails to customers are written in as they come. */
export const letters: Record<string, Letters> = { en, de, fr, es, ar }
