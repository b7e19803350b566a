import type { ReactNode } from 'react'
import type { Status } from '../../rules/status.js'

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'accent' | Status

/** A word in a small box. */
export const Badge = ({
  tone = 'plain',
  title,
  children,
}: {
  tone?: Tone
  title?: string
  children: ReactNode
}) => (
  <span className={`hd-badge hd-badge--${tone}`} title={title}>
    {children}
  </span>
)
