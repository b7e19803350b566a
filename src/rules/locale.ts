/**
 * Whether it names a language as BCP 47 does, `de` or `pt-BR`: two or three letters at first, as all registered
 * languages have. A word like `german` is none.
 */
export const isLocale = (value: string): boolean => {
  if (value.length > 35 || !/^[a-z]{2,3}(-|$)/i.test(value)) return false
  try {
    return Intl.getCanonicalLocales(value)[0]?.toLowerCase() === value.toLowerCase()
  } catch {
    return false
  }
}
