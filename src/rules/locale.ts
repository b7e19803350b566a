/** Whether it names a language as BCP 47 does, `de` or `pt-BR`. */
export const isLocale = (value: string): boolean => {
  if (value.length > 35) return false
  try {
    return Intl.getCanonicalLocales(value)[0]?.toLowerCase() === value.toLowerCase()
  } catch {
    return false
  }
}
