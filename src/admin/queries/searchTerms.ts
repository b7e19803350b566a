import { unspacedSigns } from '../../collections/indexes.js'

/** What somebody looks for. */
export type SearchTerms = {
  /** For `to_tsquery('simple', …)`; every word has to occur, as the beginning of one. */
  words: string
  /** The same, one by one. */
  lexemes: string[]
  /** The number of a ticket, where it can be one. */
  number: number | null
  /** The beginning of an address, where it can be one. */
  address: string | null
  /** What was typed of unspaced scripts: it has to stand in the text just so. */
  unspaced: string[]
  /** Nothing else was typed. */
  isUnspaced: boolean
  /** Words that stand, in whatever case, in each text that matches: letters and digits, which the index takes whole. */
  plain: string[]
}

/** Nobody types more; each word costs a look into the index. */
const maxTerms = 8
const maxLength = 64

/** Of one run of signs; the first ones find it. */
const maxPairs = 16

const hasUnspaced = new RegExp(`[${unspacedSigns}]`, 'u')
const runsOf = new RegExp(`[${unspacedSigns}]+|[^${unspacedSigns}]+`, 'gu')

/**
 * One or two letters are taken as a whole word: as the beginning of words they would stand for a large part of all
 * mail. Other scripts say more in one sign.
 */
const asBeginning = (term: string): boolean => term.length > 2 || /[^\p{ASCII}]/u.test(term)

/** Of an unspaced script every pair that stands in the term, as the index has them; a single sign begins pairs. */
const lexemesOf = (run: string): string[] => {
  if (!hasUnspaced.test(run))
    return /[\p{L}\p{N}]/u.test(run) ? [`'${run}'${asBeginning(run) ? ':*' : ''}`] : []
  const signs = Array.from(run).slice(0, maxPairs + 1)
  if (signs.length === 1) return [`'${run}':*`]
  return signs.slice(1).map((sign, index) => `'${signs[index]}${sign}'`)
}

// What has a meaning within a quoted word of `to_tsquery`, and what Postgres cannot store.
const special = /['\\\0]/g

/** Reads what was typed; null where there is nothing to look for. */
export const readSearch = (typed: string): SearchTerms | null => {
  const terms = typed
    .normalize('NFC')
    .split(/\s+/)
    .map((term) => term.replace(special, ' ').trim().slice(0, maxLength))
    .filter((term) => /[\p{L}\p{N}]/u.test(term))
    .slice(0, maxTerms)
  if (!terms.length) return null
  const runs = terms.flatMap((term) => term.match(runsOf) ?? [])
  const unspaced = runs.filter((run) => hasUnspaced.test(run))
  const [only] = terms.length === 1 ? terms : []
  const number = only && /^#?\d{1,9}$/.test(only) ? Number(only.replace('#', '')) : null
  const lexemes = runs.flatMap(lexemesOf)
  return {
    words: lexemes.join(' & '),
    lexemes,
    unspaced,
    plain: runs.filter((run) => !hasUnspaced.test(run) && /^[\p{L}\p{N}]+$/u.test(run)),
    isUnspaced: unspaced.length === runs.length,
    number,
    address: only && only.length > 1 ? only.toLowerCase() : null,
  }
}

/** The beginning of a text as a pattern for `like`. */
export const beginningOf = (text: string): string => `${text.replace(/[\\%_]/g, '\\$&')}%`
