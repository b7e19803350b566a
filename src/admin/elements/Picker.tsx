'use client'
import {
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { Icon } from './icons.js'
import { useFloating } from './useFloating.js'

export type PickerOption = { value: string; label: string; mark?: ReactNode; hint?: string }

type PickerProps = {
  /** What is chosen here: `Status`. */
  label: string
  value: string
  options: PickerOption[]
  onPick: (value: string) => void
  /** How the button shows the choice; the option's label otherwise. */
  children?: ReactNode
  /** The choice in words, where the button shows more than the option's label. */
  spoken?: string
  /** Shows a field to narrow the options by typing. */
  searchLabel?: string
  emptyLabel?: string
  /** The key that opens it, for the tooltip. */
  shortcut?: string
  isOpen: boolean
  onOpen: (isOpen: boolean) => void
  isDisabled?: boolean
  className?: string
}

/** A button that opens a list to choose one from. */
export const Picker = (props: PickerProps) => {
  const { label, value, options, onPick, searchLabel, isOpen, onOpen, shortcut } = props
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const popup = useRef<HTMLDivElement>(null)
  const focused = useRef<HTMLElement>(null)
  const [typed, setTyped] = useState('')
  const [active, setActive] = useState(0)

  const wanted = typed.trim().toLocaleLowerCase()
  const shown = wanted
    ? options.filter((option) => `${option.label} ${option.hint ?? ''}`.toLocaleLowerCase().includes(wanted))
    : options
  const current = options.find((option) => option.value === value)

  const close = useCallback(() => onOpen(false), [onOpen])
  useFloating({ anchor: button, floating: popup, isOpen, onClose: close })

  // biome-ignore lint/correctness/useExhaustiveDependencies: only when it opens
  useLayoutEffect(() => {
    if (!isOpen) return
    setTyped('')
    setActive(
      Math.max(
        0,
        options.findIndex((option) => option.value === value),
      ),
    )
    focused.current?.focus()
  }, [isOpen])

  const pick = (option: PickerOption | undefined) => {
    if (!option) return
    onOpen(false)
    button.current?.focus()
    if (option.value !== value) onPick(option.value)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const last = shown.length - 1
    const moves: Record<string, number> = {
      ArrowDown: active >= last ? 0 : active + 1,
      ArrowUp: active <= 0 ? last : active - 1,
      Home: 0,
      End: last,
    }
    if (event.key in moves) {
      event.preventDefault()
      setActive(moves[event.key]!)
      popup.current
        ?.querySelectorAll('[role=option]')
        [moves[event.key]!]?.scrollIntoView({ block: 'nearest' })
    } else if (event.key === 'Enter' || (event.key === ' ' && !searchLabel)) {
      event.preventDefault()
      pick(shown[active])
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      event.stopPropagation()
      if (event.key === 'Escape') event.preventDefault()
      onOpen(false)
      button.current?.focus()
    } else if (!searchLabel && event.key.length === 1) {
      const letter = event.key.toLocaleLowerCase()
      const found = shown.findIndex((option) => option.label.toLocaleLowerCase().startsWith(letter))
      if (found >= 0) setActive(found)
    }
  }

  const list = {
    role: 'listbox',
    id: `${id}-list`,
    'aria-label': label,
  }
  const activeId = shown[active] ? `${id}-${active}` : undefined
  return (
    <>
      <button
        ref={button}
        type="button"
        className={`hd-pick ${props.className ?? ''}`}
        aria-haspopup="listbox"
        aria-expanded={isOpen}
        aria-label={`${label}: ${props.spoken ?? current?.label ?? ''}`}
        aria-keyshortcuts={shortcut}
        title={shortcut ? `${label} (${shortcut.toUpperCase()})` : label}
        disabled={props.isDisabled}
        onClick={() => onOpen(!isOpen)}
      >
        {props.children ?? current?.label ?? '–'}
        <Icon name="chevron" size={12} />
      </button>
      {isOpen && (
        <div ref={popup} popover="auto" className="hd-popup">
          {searchLabel && (
            <input
              ref={focused as never}
              className="hd-popup__search"
              type="text"
              role="combobox"
              aria-expanded="true"
              aria-controls={list.id}
              aria-activedescendant={activeId}
              aria-label={searchLabel}
              placeholder={searchLabel}
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value)
                setActive(0)
              }}
              onKeyDown={onKeyDown}
            />
          )}
          <div
            {...list}
            className="hd-popup__list"
            {...(searchLabel
              ? {}
              : { ref: focused as never, tabIndex: -1, onKeyDown, 'aria-activedescendant': activeId })}
          >
            {shown.map((option, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys belong to the field or the list
              // biome-ignore lint/a11y/useFocusableInteractive: focus stays with the field or the list
              <div
                key={option.value}
                id={`${id}-${index}`}
                role="option"
                aria-selected={option.value === value}
                className={`hd-option${index === active ? ' hd-option--active' : ''}`}
                onClick={() => pick(option)}
                onPointerMove={() => setActive(index)}
              >
                <span className="hd-option__mark">{option.mark}</span>
                <span className="hd-option__label">{option.label}</span>
                {option.hint && <span className="hd-option__hint">{option.hint}</span>}
                {option.value === value && <Icon name="check" size={14} />}
              </div>
            ))}
          </div>
          {!shown.length && <p className="hd-popup__empty">{props.emptyLabel}</p>}
        </div>
      )}
    </>
  )
}
