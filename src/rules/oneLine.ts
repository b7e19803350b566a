/** One header line (RFC 5322 §2.2): what would begin another is a blank. */
export const oneLine = (value: string): string => value.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
