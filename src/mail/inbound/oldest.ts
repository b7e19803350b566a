/** When a mail was written: old mail that was moved or restored has a new date at the server. */
export const oldest = (one: string | null, other: string | null): string | null =>
  one && other ? (one < other ? one : other) : (one ?? other)
