'use client'
import { RenderLexical } from '@payloadcms/richtext-lexical/client'
import { Component, type ReactNode, type RefObject, useEffect, useRef } from 'react'
import { useServerText } from '../desk/useText.js'
import { sourceOf, textOf } from './source.js'

type EditorProps = {
  /** What is written here. Another name begins anew with `value`; with the same one only the agent changes it. */
  name: string
  label: string
  placeholder: string
  /** Slug of the messages: the editor's set-up is that of their field `body`. */
  messages: string
  value: unknown
  onChange: (source: unknown) => void
  box: RefObject<HTMLDivElement | null>
}

type EditorState = { toJSON: () => unknown }
type Update = { editorState: EditorState; dirtyElements: Map<string, unknown>; dirtyLeaves: Set<string> }
type LexicalElement = HTMLElement & {
  __lexicalEditor?: {
    getEditorState: () => EditorState
    focus: () => void
    registerUpdateListener: (listener: (update: Update) => void) => () => void
  }
}

const findEditor = (box: HTMLElement | null): LexicalElement | null =>
  box?.querySelector<LexicalElement>('[data-lexical-editor]') ?? null

/** What stands in the editor at this moment. */
export const readEditor = (box: HTMLElement | null): unknown => {
  const editor = findEditor(box)?.__lexicalEditor
  if (editor) return editor.getEditorState().toJSON()
  const plain = box?.querySelector('textarea')
  return plain ? sourceOf(plain.value) : undefined
}

export const focusEditor = (box: HTMLElement | null) => {
  const element = findEditor(box)
  if (element?.__lexicalEditor) {
    element.__lexicalEditor.focus()
    // The editor's own way waits for its next update.
    element.focus({ preventScroll: true })
    return
  }
  const plain = box?.querySelector('textarea')
  if (plain) return plain.focus()
  if (!box) return
  // Between the plain editor and the rich one: the box keeps the focus for it, so that no letter becomes a shortcut.
  box.dataset['awaits'] = ''
  box.focus({ preventScroll: true })
}

/** The plain editor: until the rich one has come, and where it cannot. */
const PlainEditor = ({
  label,
  placeholder,
  value,
  onChange,
}: Omit<EditorProps, 'name' | 'messages' | 'box'>) => (
  <textarea
    className="hd-editor__plain"
    aria-label={label}
    placeholder={placeholder}
    value={textOf(value)}
    onChange={(event) => onChange(sourceOf(event.target.value))}
  />
)

class Fallback extends Component<{ children: ReactNode; instead: ReactNode }, { failed: boolean }> {
  override state = { failed: false }
  static getDerivedStateFromError() {
    return { failed: true }
  }
  override render() {
    return this.state.failed ? this.props.instead : this.props.children
  }
}

type Names = { label: string; placeholder: string; nameOf: (part: string) => string }

/** The editor's own key for a button, or the class that tells one of a link's. */
const partOf = (button: HTMLButtonElement): string =>
  button.getAttribute('data-button-key') ??
  button.getAttribute('data-dropdown-key') ??
  button.getAttribute('data-item-key') ??
  button.className.split(' ')[0] ??
  ''

/** Names for what the rich editor leaves without one. */
const nameParts = (box: HTMLElement, { label, placeholder, nameOf }: Names) => {
  const field = findEditor(box)
  if (field && field.getAttribute('aria-label') !== label) {
    field.setAttribute('aria-label', label)
    field.setAttribute('role', 'textbox')
    field.setAttribute('aria-multiline', 'true')
  }
  const hint = box.querySelector('.LexicalEditorTheme__placeholder')
  if (hint && hint.textContent !== placeholder) hint.textContent = placeholder
  for (const button of box.querySelectorAll<HTMLButtonElement>('button')) {
    // What can be read on a button is its name.
    const name = button.textContent?.trim() ? null : nameOf(partOf(button))
    if (name === button.getAttribute('aria-label')) continue
    if (name === null) button.removeAttribute('aria-label')
    else button.setAttribute('aria-label', name)
  }
}

const reportNothing = () => undefined

/** Payload's rich text editor with the features of a message. */
export const Editor = ({ name, label, placeholder, messages, value, onChange, box }: EditorProps) => {
  const inner = useRef<HTMLDivElement>(null)
  const serverText = useServerText()
  const latest = useRef(onChange)
  latest.current = onChange
  // The editor takes every new value from outside for another document and begins anew; it gets what it starts with.
  const start = useRef({ name, value, isRich: false })
  if (start.current.name !== name) start.current = { name, value, isRich: false }
  else if (!start.current.isRich) start.current.value = value

  useEffect(() => {
    const nameOf = (part: string) => serverText('format', part, part)
    const element = inner.current
    if (!element) return
    let hadFocus = false
    let heard: LexicalElement['__lexicalEditor']
    const hear = () => {
      const editor = findEditor(element)?.__lexicalEditor
      if (!editor || editor === heard) return
      heard = editor
      start.current.isRich = true
      const report = latest.current
      // Payload reports when the browser is idle: too late for somebody who goes on to the next ticket at once.
      editor.registerUpdateListener(({ editorState, dirtyElements, dirtyLeaves }) => {
        if (dirtyElements.size || dirtyLeaves.size) report(editorState.toJSON())
      })
    }
    const look = () => {
      hear()
      nameParts(element, { label, placeholder, nameOf })
      // Somebody was writing in the plain editor when the rich one came.
      const isLost =
        hadFocus && !element.querySelector('textarea') && document.activeElement === document.body
      const isAwaited = 'awaits' in element.dataset && Boolean(findEditor(element)?.__lexicalEditor)
      if (isLost || isAwaited) {
        hadFocus = false
        delete element.dataset['awaits']
        if (isLost || document.activeElement === element) focusEditor(element)
      }
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return
      const typed = event.key === 'Enter' ? '\n' : event.key
      if (typed.length !== 1 || start.current.isRich) return
      event.preventDefault()
      // The rich editor begins with what was typed while it came.
      start.current.value = sourceOf(textOf(start.current.value) + typed)
      latest.current(start.current.value)
    }
    const onFocus = (event: FocusEvent) => {
      hadFocus = (event.target as HTMLElement).tagName === 'TEXTAREA'
    }
    look()
    const observer = new MutationObserver(look)
    observer.observe(element, { childList: true, subtree: true })
    element.addEventListener('focusin', onFocus)
    element.addEventListener('keydown', onKey)
    return () => {
      observer.disconnect()
      element.removeEventListener('keydown', onKey)
      element.removeEventListener('focusin', onFocus)
    }
  }, [label, placeholder, serverText])

  const plain = <PlainEditor label={label} placeholder={placeholder} value={value} onChange={onChange} />
  return (
    <div
      ref={(element) => {
        inner.current = element
        box.current = element
      }}
      className="hd-editor"
      tabIndex={-1}
    >
      <Fallback instead={plain}>
        <RenderLexical
          name="helpdeskMessage"
          path={name}
          label=""
          schemaPath={`collection.${messages}.body`}
          value={start.current.value as never}
          setValue={reportNothing}
          Loading={plain}
        />
      </Fallback>
    </div>
  )
}
