'use client'
import { RenderLexical } from '@payloadcms/richtext-lexical/client'
import { Component, type ReactNode, type RefObject, useEffect, useRef } from 'react'
import { sourceOf, textOf } from './source.js'

type EditorProps = {
  /** Names this editor among others on the page. */
  name: string
  label: string
  placeholder: string
  /** Slug of the messages: the editor's set-up is that of their field `body`. */
  messages: string
  value: unknown
  onChange: (source: unknown) => void
  box: RefObject<HTMLDivElement | null>
}

type LexicalElement = HTMLElement & {
  __lexicalEditor?: { getEditorState: () => { toJSON: () => unknown }; focus: () => void }
}

const findEditor = (box: HTMLElement | null): LexicalElement | null =>
  box?.querySelector<LexicalElement>('[data-lexical-editor]') ?? null

/** What stands in the editor at this moment: its own report comes when the browser is idle, up to half a second late. */
export const readEditor = (box: HTMLElement | null): unknown => {
  const editor = findEditor(box)?.__lexicalEditor
  if (editor) return editor.getEditorState().toJSON()
  const plain = box?.querySelector('textarea')
  return plain ? sourceOf(plain.value) : undefined
}

export const focusEditor = (box: HTMLElement | null) => {
  const element = findEditor(box)
  if (element?.__lexicalEditor) element.__lexicalEditor.focus()
  else box?.querySelector('textarea')?.focus()
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

/** Names for what the rich editor leaves without one. */
const nameParts = (box: HTMLElement, { label, placeholder }: { label: string; placeholder: string }) => {
  const field = findEditor(box)
  if (field && field.getAttribute('aria-label') !== label) {
    field.setAttribute('aria-label', label)
    field.setAttribute('role', 'textbox')
    field.setAttribute('aria-multiline', 'true')
  }
  const hint = box.querySelector('.editor-placeholder')
  if (hint && hint.textContent !== placeholder) hint.textContent = placeholder
  for (const button of box.querySelectorAll<HTMLButtonElement>('button:not([aria-label])')) {
    if (button.textContent?.trim()) continue
    const key =
      button.getAttribute('data-button-key') ??
      button.getAttribute('data-dropdown-key') ??
      button.getAttribute('data-item-key')
    if (key) button.setAttribute('aria-label', key.replace(/([A-Z])/g, ' $1').toLowerCase())
  }
}

/** Payload's rich text editor with the features of a message. */
export const Editor = ({ name, label, placeholder, messages, value, onChange, box }: EditorProps) => {
  const inner = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = inner.current
    if (!element) return
    let hadFocus = false
    const look = () => {
      nameParts(element, { label, placeholder })
      // Somebody was writing in the plain editor when the rich one came.
      if (hadFocus && !element.querySelector('textarea') && document.activeElement === document.body) {
        hadFocus = false
        focusEditor(element)
      }
    }
    const onFocus = (event: FocusEvent) => {
      hadFocus = (event.target as HTMLElement).tagName === 'TEXTAREA'
    }
    look()
    const observer = new MutationObserver(look)
    observer.observe(element, { childList: true, subtree: true })
    element.addEventListener('focusin', onFocus)
    return () => {
      observer.disconnect()
      element.removeEventListener('focusin', onFocus)
    }
  }, [label, placeholder])

  const plain = <PlainEditor label={label} placeholder={placeholder} value={value} onChange={onChange} />
  return (
    <div
      ref={(element) => {
        inner.current = element
        box.current = element
      }}
      className="hd-editor"
    >
      <Fallback instead={plain}>
        <RenderLexical
          name={name}
          label=""
          schemaPath={`collection.${messages}.body`}
          value={value as never}
          setValue={onChange as never}
          Loading={plain}
        />
      </Fallback>
    </div>
  )
}
