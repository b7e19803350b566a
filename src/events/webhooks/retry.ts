const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** Until the next tries, as Standard Webhooks advises; after the last of them a delivery stands as failed. */
const waits = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
]

/** The most tries of one delivery. About three days in all. */
export const mostTries = waits.length + 1

/**
 * Milliseconds until a delivery is tried again that has been so often; null = no more. Up to a fifth longer by chance
 * (0 to 1), so that what failed together does not return together.
 */
export const waitAfter = (tries: number, chance: number): number | null => {
  const wait = waits[Math.max(tries, 1) - 1]
  return wait === undefined ? null : Math.round(wait * (1 + 0.2 * chance))
}
