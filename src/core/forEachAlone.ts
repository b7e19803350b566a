/** Does the work for each, one after the other; where one fails the others still have theirs, and its fault is thrown then. */
export const forEachAlone = async <T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> => {
  const faults: unknown[] = []
  for (const item of items) {
    try {
      await work(item)
    } catch (error) {
      faults.push(error)
    }
  }
  if (faults.length) throw faults[0]
}
