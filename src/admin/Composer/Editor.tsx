'use client'
import { RenderLexical } from '@payloadcms/richtext-lexical/client'
import { Component, type ReactNode, type RefObject, Suspense, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useServerText } from '../desk/useText.js'
import { documentOf, sourceOf, textOf } from './source.js'

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
type RichEditor = {
  getEditorState: () => EditorState
  parseEditorState: (json: string) => EditorState
  setEditorState: (state: EditorState) => void
  focus: () => void
  registerUpdateListener: (listener: (update: Update) => void) => () => void
}
type LexicalElement = HTMLElement & { __lexicalEditor?: RichEditor }

const findRich = (box: HTMLElement | null): LexicalElement | null =>
  box?.querySelector<LexicalElement>('[data-lexical-editor]') ?? null

/** React hides a whole editor while a part of it is on its way. */
const isHeldBack = (rich: HTMLElement): boolean => {
  for (let each: HTMLElement | null = rich; each; each = each.parentElement) {
    if (each.matches('.hd-editor__rich')) return false
    if (each.style.display === 'none') return true
  }
  return true
}

/** The plain editor, while it is the one that is shown. */
const findPlain = (box: HTMLElement | null): HTMLTextAreaElement | null =>
  box?.querySelector<HTMLTextAreaElement>('.hd-editor__plain') ?? null

/** What stands in the rich editor at this moment; nothing while the plain one is shown, which reports every letter. */
export const readEditor = (box: HTMLElement | null): unknown =>
  findPlain(box) ? undefined : findRich(box)?.__lexicalEditor?.getEditorState().toJSON()

export const focusEditor = (box: HTMLElement | null) => {
  const plain = findPlain(box)
  if (plain) {
    // Where the rich one begins, too.
    if (document.activeElement !== plain) plain.setSelectionRange(plain.value.length, plain.value.length)
    return plain.focus()
  }
  const rich = findRich(box)
  // The selection would go where no focus can follow.
  if (!rich || isHeldBack(rich)) return
  rich.__lexicalEditor?.focus()
  // The editor's own way waits for its next update.
  rich.focus({ preventScroll: true })
}

class Fallback extends Component<{ children: ReactNode; onFail: () => void }, { failed: boolean }> {
  override state = { failed: false }
  static getDerivedStateFromError() {
    return { failed: true }
  }
  override componentDidCatch() {
    this.props.onFail()
  }
  override render() {
    return this.state.failed ? null : this.props.children
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
  const field = findRich(box)
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

/**
 * Payload's rich text editor with the features of a message. It comes from the server and in several steps; until it
 * can be written in, and where it cannot come, a plain one takes its place, so that there is always one to type in.
 */
export const Editor = ({ name, label, placeholder, messages, value, onChange, box }: EditorProps) => {
  const inner = useRef<HTMLDivElement>(null)
  const heard = useRef<{ editor: RichEditor; stop: () => void }>(undefined)
  // The rich editor stood already and is hidden for a while.
  const isHeld = useRef(false)
  const [rich, setRich] = useState<string | null>(null)
  const isRich = rich === name
  const serverText = useServerText()
  const latest = useRef({ name, value, onChange })
  latest.current = { name, value, onChange }
  const hasFocus = useRef(false)
  // The editor takes every new value from outside for another document and begins anew; it gets what it starts with.
  const start = useRef({ name, value })
  if (start.current.name !== name || !(isRich || isHeld.current)) start.current = { name, value }

  useEffect(() => {
    const nameOf = (part: string) => serverText({ section: 'format', key: part, fallback: part })
    const element = inner.current
    if (!element) return
    const takeOver = (editor: RichEditor) => {
      heard.current?.stop()
      isHeld.current = false
      const { name, value, onChange } = latest.current
      const plain = findPlain(element)
      const isWrittenIn = plain ? document.activeElement === plain : hasFocus.current
      // Typed after the rich editor was given its text; the last letter may stand in the field alone.
      if (plain && textOf(editor.getEditorState().toJSON()) !== plain.value) {
        editor.setEditorState(editor.parseEditorState(JSON.stringify(documentOf(plain.value))))
      }
      // Payload has begun its editor anew: it starts with less than what has been written since.
      if (!plain && value && textOf(editor.getEditorState().toJSON()) !== textOf(value)) {
        editor.setEditorState(editor.parseEditorState(JSON.stringify(value)))
      }
      // Payload reports when the browser is idle: too late for somebody who goes on to the next ticket at once.
      const stop = editor.registerUpdateListener(({ editorState, dirtyElements, dirtyLeaves }) => {
        if (dirtyElements.size || dirtyLeaves.size) onChange(editorState.toJSON())
      })
      heard.current = { editor, stop }
      // At once, so that no key falls between the two.
      flushSync(() => setRich(name))
      if (isWrittenIn) focusEditor(element)
    }
    const look = () => {
      const found = findRich(element)
      const editor = found?.__lexicalEditor
      if (editor && editor !== heard.current?.editor && !isHeldBack(found)) takeOver(editor)
      nameParts(element, { label, placeholder, nameOf })
    }
    const onFocus = () => {
      hasFocus.current = true
    }
    const onPointer = ({ target }: Event) => {
      if (!element.contains(target as Node)) hasFocus.current = false
    }
    // A part of the rich editor that comes late hides the whole for a while, and what is hidden loses its focus to
    // nothing: the next key would be a shortcut. It goes to who was writing.
    const onKey = () => {
      const isLost = !document.activeElement || document.activeElement === document.body
      if (!isLost || !hasFocus.current || !element.checkVisibility()) return
      focusEditor(element)
      if (element.contains(document.activeElement)) return
      heard.current?.stop()
      heard.current = undefined
      isHeld.current = true
      flushSync(() => setRich(null))
      focusEditor(element)
    }
    const onBlur = ({ relatedTarget }: FocusEvent) => {
      // What is taken away loses its focus to nothing.
      if (relatedTarget) hasFocus.current = false
    }
    element.addEventListener('focusin', onFocus)
    element.addEventListener('focusout', onBlur)
    window.addEventListener('pointerdown', onPointer, true)
    window.addEventListener('keydown', onKey, true)
    const observer = new MutationObserver(look)
    observer.observe(element, { childList: true, subtree: true, attributeFilter: ['style'] })
    // Not while React is still at work on this page.
    queueMicrotask(look)
    return () => {
      observer.disconnect()
      element.removeEventListener('focusin', onFocus)
      element.removeEventListener('focusout', onBlur)
      window.removeEventListener('pointerdown', onPointer, true)
      window.removeEventListener('keydown', onKey, true)
    }
  }, [label, placeholder, serverText])

  return (
    <div
      ref={(element) => {
        inner.current = element
        box.current = element
      }}
      className="hd-editor"
    >
      {!isRich && (
        <textarea
          className="hd-editor__plain"
          aria-label={label}
          placeholder={placeholder}
          value={textOf(value)}
          onChange={(event) => onChange(sourceOf(event.target.value))}
        />
      )}
      <div className="hd-editor__rich" hidden={!isRich}>
        <Fallback onFail={() => setRich(null)}>
          {/* Its parts come from the server one by one. Without a bound of our own, the whole page would be hidden
              and lose focus and keys while one of them is on its way. */}
          <Suspense>
            <RenderLexical
              name="helpdeskMessage"
              path={name}
              label=""
              schemaPath={`collection.${messages}.body`}
              value={start.current.value as never}
              setValue={reportNothing}
              Loading={<span hidden />}
            />
          </Suspense>
        </Fallback>
      </div>
    </div>
  )
}
