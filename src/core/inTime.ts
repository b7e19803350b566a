/**
 * What a promise gives, or an error where it takes too long: code of the site's own must not hold up everything behind it.
 */
export const inTime = async <T>(work: Promise<T>, { ms, what }: { ms: number; what: string }): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The ${what} has not ended within ${ms / 1000} seconds.`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
