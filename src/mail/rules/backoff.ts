export type BackoffArgs = {
  /** Tries that failed, 1 or more. */
  failures: number
  firstMs: number
  mostMs: number
  /** 0 to 1. */
  chance: number
}

/** Twice as long each time, up to a bound, a fifth more or less so that what failed together does not return together. */
export const backoff = ({ failures, firstMs, mostMs, chance }: BackoffArgs): number =>
  Math.round(Math.min(firstMs * 2 ** Math.min(Math.max(failures, 1) - 1, 30), mostMs) * (0.8 + 0.4 * chance))
