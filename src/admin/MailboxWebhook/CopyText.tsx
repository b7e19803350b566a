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

/** Puts a text into the clipboard and says so. */
export const CopyText = ({ value, label }: CopyTextProps) => {
  const text = useText()
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(value)
    setCopied(true)
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <button
      type="button"
      className="hd-button hd-button--small"
      aria-label={`${text(isCopied ? 'webhook:copied' : 'webhook:copy')}: ${label}`}
      onClick={() => void copy().catch(() => setCopied(false))}
    >
      <Icon name={isCopied ? 'check' : 'file'} size={14} />
      <span aria-live="polite">{text(isCopied ? 'webhook:copied' : 'webhook:copy')}</span>
    </button>
  )
}
