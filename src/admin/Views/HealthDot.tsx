'use client'
import type { Overview } from '../api.js'
import { useText } from '../desk/useText.js'

/** The state of a mailbox in one point; in words for those who cannot tell its colour. */
export const HealthDot = ({ health }: { health: Overview['mailboxes'][number]['health'] }) => {
  const text = useText()
  return (
    <span
      className={`hd-dot hd-dot--${health}`}
      role="img"
      aria-label={text(`health:${health}`)}
      title={text(`health:${health}`)}
    />
  )
}
