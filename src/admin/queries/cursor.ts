import { HelpdeskError } from '../../core/errors.js'

/** Where a page ended, as an opaque text. It is checked by nobody: what a query takes of it, it takes as parameters and numbers. */
export const toCursor = (place: (string | number)[]): string =>
  btoa(JSON.stringify(place)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

/** The place of a cursor; `badInput` where it is none of ours. */
export const fromCursor = (cursor: string, length: number): (string | number)[] => {
  try {
    const place: unknown = JSON.parse(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')))
    const isPlace = (part: unknown) => typeof part === 'string' || typeof part === 'number'
    if (Array.isArray(place) && place.length === length && place.every(isPlace)) return place
  } catch {
    // Not one of ours, said below.
  }
  throw new HelpdeskError('badInput', { fields: { after: 'Begin again at the first page.' } })
}
