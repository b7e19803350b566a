'use client'
import { type KeyboardEvent, type ReactNode, useCallback, useLayoutEffect, useRef, useState } from 'react'
import { Icon, type IconName } from './icons.js'
import { useFloating } from './useFloating.js'

export type MenuItem =
  | {
      label: string
      onPick: () => void
      icon?: IconName
      hint?: string
      isDanger?: boolean
      /** For one of several that exclude each other. */
      isChecked?: boolean
    }
  | 'line'

type MenuProps = {
  label: string
  items: MenuItem[]
  /** What the button shows; three dots otherwise. */
  children?: ReactNode
  className?: string
  isDisabled?: boolean
}

/** A button with a menu of acts. */
export const Menu = ({ label, items, children, className = 'hd-icon-button', isDisabled }: MenuProps) => {
  const [isOpen, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const popup = useRef<HTMLDivElement>(null)
  const close = useCallback(() => setOpen(false), [])
  useFloating({ anchor: button, floating: popup, isOpen, alignEnd: true, onClose: close })

  const entries = () => [...(popup.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])]
  useLayoutEffect(() => {
    if (isOpen) popup.current?.querySelector<HTMLElement>('[role^=menuitem]')?.focus()
  }, [isOpen])

  const onKeyDown = (event: KeyboardEvent) => {
    const all = entries()
    const index = all.indexOf(document.activeElement as HTMLElement)
    const moves: Record<string, number> = {
      ArrowDown: (index + 1) % all.length,
      ArrowUp: (index - 1 + all.length) % all.length,
      Home: 0,
      End: all.length - 1,
    }
    if (event.key in moves) {
      event.preventDefault()
      all[moves[event.key]!]?.focus()
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      if (event.key === 'Escape') event.preventDefault()
      event.stopPropagation()
      setOpen(false)
      button.current?.focus()
    } else if (event.key.length === 1 && event.key !== ' ') {
      const letter = event.key.toLocaleLowerCase()
      all.find((entry) => entry.textContent?.trim().toLocaleLowerCase().startsWith(letter))?.focus()
    }
  }

  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-label={label}
        title={label}
        disabled={isDisabled}
        onClick={() => setOpen(!isOpen)}
      >
        {children ?? <Icon name="more" />}
      </button>
      {isOpen && (
        <div
          ref={popup}
          popover="auto"
          className="hd-popup"
          role="menu"
          aria-label={label}
          tabIndex={-1}
          onKeyDown={onKeyDown}
        >
          {items.map((item, index) =>
            item === 'line' ? (
              // biome-ignore lint/a11y/useSemanticElements: hr is not allowed in a menu
              <div key={index} role="separator" className="hd-popup__line" />
            ) : (
              <button
                key={index}
                type="button"
                {...(item.isChecked === undefined
                  ? { role: 'menuitem' }
                  : { role: 'menuitemradio', 'aria-checked': item.isChecked })}
                tabIndex={-1}
                className={`hd-option${item.isDanger ? ' hd-option--danger' : ''}`}
                onClick={() => {
                  setOpen(false)
                  button.current?.focus()
                  item.onPick()
                }}
              >
                <span className="hd-option__mark">
                  {item.isChecked ? (
                    <Icon name="check" size={14} />
                  ) : (
                    item.icon && <Icon name={item.icon} size={14} />
                  )}
                </span>
                <span className="hd-option__label">{item.label}</span>
                {item.hint && <span className="hd-option__hint">{item.hint}</span>}
              </button>
            ),
          )}
        </div>
      )}
    </>
  )
}
