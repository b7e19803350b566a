'use client'
import { useState } from 'react'
import { useText } from '../desk/useText.js'
import { Icon } from '../elements/icons.js'

type CopyTextProps = {
  /** What is copied. */
  value: string
  /** What it is, for those who do not see it. */
  label: string
}

const states = { idle: 'webhook:copy', copied: 'webhook:copied', failed: 'webhook:copyFailed' } as const

/** Puts a text into the clipboard and says so; where the browser gives none, that it has to be copied by hand. */
export const CopyText = ({ value, label }: CopyTextProps) => {
  const text = useText()
  const [state, setState] = useState<keyof typeof states>('idle')
  const copy = async () => {
    try {
      // Browsers give the clipboard to pages over https only.
      await navigator.clipboard.writeText(value)
      setState('copied')
      setTimeout(() => setState('idle'), 2000)
    } catch {
      setState('failed')
    }
  }
  return (
    <button
      type="button"
      className="hd-button hd-button--small"
      aria-label={`${text(states[state])}: ${label}`}
      onClick={() => void copy()}
    >
      <Icon name={state === 'copied' ? 'check' : 'file'} size={14} />
      <span aria-live="polite">{text(states[state])}</span>
    </button>
  )
}
