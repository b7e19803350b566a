'use client'
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react'
import { Icon } from './icons.js'

type DialogProps = {
  title: string
  closeLabel: string
  onClose: () => void
  children: ReactNode
  /** Buttons at the foot. */
  actions?: ReactNode
  isWide?: boolean
}

/** A dialog over the page; focus stays inside and comes back, Escape closes. */
export const Dialog = ({ title, closeLabel, onClose, children, actions, isWide = false }: DialogProps) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  // A dialog closes while it is still in the page: only then the focus goes back to where it was.
  useLayoutEffect(() => {
    const element = dialog.current
    if (element && !element.open) {
      element.showModal()
      // What is asked for comes first, and where nothing is, the way out that does no harm.
      element.querySelector<HTMLElement>('.hd-dialog__body input, .hd-dialog__foot button')?.focus()
    }
    return () => element?.close()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the dialog's own
    <dialog
      ref={dialog}
      className={`hd-dialog${isWide ? ' hd-dialog--wide' : ''}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose()
      }}
    >
      <div className="hd-dialog__box">
        <header className="hd-dialog__head">
          <h2 id={id}>{title}</h2>
          <button
            type="button"
            className="hd-icon-button"
            aria-label={closeLabel}
            title={closeLabel}
            onClick={onClose}
          >
            <Icon name="close" />
          </button>
        </header>
        <div className="hd-dialog__body">{children}</div>
        {actions && <footer className="hd-dialog__foot">{actions}</footer>}
      </div>
    </dialog>
  )
}
