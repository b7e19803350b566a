'use client'
import { createContext, type ReactNode, useContext, useLayoutEffect, useRef } from 'react'
import { keyName } from './keyName.js'

/** `j`, `?`, `Escape`, or two in a row: `g m`. */
type Handlers = Map<string, () => void>

const KeysContext = createContext<{ current: Handlers[] } | null>(null)

const isWriting = (target: EventTarget | null): boolean => {
  const element = target as HTMLElement | null
  if (element?.nodeType !== 1) return false
  return (
    element.isContentEditable ||
    Boolean(element.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, [role=textbox]'))
  )
}

const isCovered = (): boolean =>
  Boolean(
    document.querySelector(
      'dialog[open], [popover]:popover-open, .payload__modal-item:not(.payload__modal-item--exitDone)',
    ),
  )

/** Two strokes count as one shortcut within this time. */
const pairMs = 1_200

/** Hears the keys of the page (and, by `listenIn`, of a mail's frame) and never takes one that is being typed. */
export const KeysProvider = ({ letters, children }: { letters: boolean; children: ReactNode }) => {
  const stack = useRef<Handlers[]>([])
  // Before anybody can press a key on what is to be seen.
  useLayoutEffect(() => {
    let first = ''
    let firstAt = 0
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
        return
      // The focus may have been given back to a field since the key went down.
      if (isWriting(event.target) || isWriting(document.activeElement) || isCovered()) return
      const key = keyName(event)
      const isLetter = key.length === 1
      if (isLetter && !letters) return
      const pair = first && Date.now() - firstAt < pairMs ? `${first} ${key}` : ''
      first = key
      firstAt = Date.now()
      const newestFirst = [...stack.current].reverse()
      const find = (name: string) => newestFirst.find((handlers) => handlers.has(name))?.get(name)
      const act = (pair && find(pair)) || find(key)
      if (!act) return
      event.preventDefault()
      first = ''
      act()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [letters])
  return <KeysContext value={stack}>{children}</KeysContext>
}

/** Shortcuts that work while this component is on the page; the newest component's win. */
export const useKeys = (handlers: Record<string, (() => void) | undefined>) => {
  const stack = useContext(KeysContext)
  const latest = useRef(handlers)
  latest.current = handlers
  const names = Object.keys(handlers)
    .filter((name) => handlers[name])
    .join('|')
  useLayoutEffect(() => {
    if (!stack) return
    const mine: Handlers = new Map(
      names
        .split('|')
        .filter(Boolean)
        .map((name) => [name, () => latest.current[name]?.()]),
    )
    stack.current.push(mine)
    return () => {
      stack.current = stack.current.filter((other) => other !== mine)
    }
  }, [stack, names])
}

/** Passes keys pressed inside a mail's frame on to the page, which would not hear of them. */
export const listenIn = (frame: Document) => {
  frame.addEventListener('keydown', (event) => {
    const copy = new KeyboardEvent('keydown', {
      key: event.key,
      code: event.code,
      ctrlKey: event.ctrlKey,
      metaKey: event.metaKey,
      altKey: event.altKey,
      shiftKey: event.shiftKey,
      cancelable: true,
    })
    if (!window.dispatchEvent(copy)) event.preventDefault()
  })
}
