type Stroke = Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey'>

/** One sign of another writing, or two: Arabic has `لا` on the key of B. */
const isForeign = (key: string): boolean => /^\p{L}{1,2}$/u.test(key) && !/\p{Script=Latin}/u.test(key)

/**
 * The name of a key as shortcuts know it: `j`, `J` with Shift, `?`, `Enter`. Caps Lock makes no difference, and on a
 * layout without Latin letters the place of the key on the keyboard says which one is meant.
 */
export const keyName = ({ key, code, shiftKey }: Stroke): string => {
  const placed = isForeign(key) ? /^Key([A-Z])$/.exec(code)?.[1] : undefined
  const name = placed ?? key
  if (!/^[a-z]$/i.test(name)) return key
  return shiftKey ? name.toUpperCase() : name.toLowerCase()
}
