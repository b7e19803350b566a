const initials = (name: string): string => {
  const words = name
    .replace(/[<>"'()]/g, '')
    .split(/[\s@._-]+/)
    .filter(Boolean)
  const first = [...(words[0] ?? '?')][0] ?? '?'
  // A name in a script without spaces is one word: its first sign says enough.
  const last = words.length > 1 && !name.includes('@') ? ([...(words.at(-1) ?? '')][0] ?? '') : ''
  return (first + last).toUpperCase()
}

type AvatarProps = { name: string; kind?: 'customer' | 'agent'; small?: boolean; title?: string }

/** Somebody's initials; decoration, the name stands beside it (or in `title`, where it does not). */
export const Avatar = ({ name, kind = 'customer', small = false, title }: AvatarProps) => (
  <span
    className={`hd-avatar hd-avatar--${kind}${small ? ' hd-avatar--small' : ''}`}
    {...(title ? { role: 'img', 'aria-label': title, title } : { 'aria-hidden': true })}
  >
    {initials(name)}
  </span>
)
