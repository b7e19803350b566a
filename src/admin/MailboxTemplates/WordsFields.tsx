'use client'
import { useId, useRef, useState } from 'react'
import { isRightToLeft } from '../../rules/notifications.js'
import { unknownTokens } from '../../rules/template.js'
import { useText } from '../desk/useText.js'
import type { WordsPart } from './words.js'

type WordsFieldsProps = {
  language: string
  /** What stands there: own words, else those that come with the help desk. */
  words: Record<WordsPart, string>
  tokens: string[]
  /** Tokens that can be put in here. */
  offered: string[]
  isReadOnly: boolean
  onChange: (change: Partial<Record<WordsPart, string>>) => void
}

type Field = HTMLInputElement | HTMLTextAreaElement

const braced = (name: string) => `{${name}}`

/** Subject and text of a mail, with the tokens as buttons that put them where the caret is. */
export const WordsFields = ({ language, words, tokens, offered, isReadOnly, onChange }: WordsFieldsProps) => {
  const text = useText()
  const id = useId()
  const fields = { subject: useRef<HTMLInputElement>(null), body: useRef<HTMLTextAreaElement>(null) }
  const [last, setLast] = useState<WordsPart>('body')
  // Emptied by hand: the words that come with the help desk return when the field is left, not while it is typed in.
  const [emptied, setEmptied] = useState<WordsPart | null>(null)

  const change = (part: WordsPart, value: string) => {
    setEmptied(value === '' ? part : null)
    onChange({ [part]: value })
  }
  const insert = (name: string) => {
    const field = fields[last].current
    if (!field) return
    field.focus()
    // Old, but the one way to type that the field's undo knows.
    if (document.execCommand('insertText', false, braced(name))) return
    field.setRangeText(braced(name), field.selectionStart ?? 0, field.selectionEnd ?? 0, 'end')
    change(last, field.value)
  }
  const problemOf = (part: WordsPart): string => {
    const unknown = unknownTokens(words[part], tokens)
    if (!unknown.length) return ''
    const known = tokens.map(braced).join(', ')
    return text('templates:unknown', { token: unknown.map(braced).join(', '), known })
  }
  const shared = (part: WordsPart) => ({
    id: `${id}-${part}`,
    dir: isRightToLeft(language) ? 'rtl' : 'ltr',
    lang: language,
    readOnly: isReadOnly,
    value: emptied === part ? '' : words[part],
    'aria-invalid': Boolean(problemOf(part)),
    'aria-describedby': `${id}-${part}-problem`,
    onFocus: () => setLast(part),
    onBlur: () => setEmptied(null),
    onChange: ({ target }: { target: Field }) => change(part, target.value),
  })
  const problem = (part: WordsPart) => (
    <p className="hd-templates__bad" id={`${id}-${part}-problem`} aria-live="polite">
      {problemOf(part)}
    </p>
  )
  return (
    <>
      <div className="hd-templates__field">
        <label htmlFor={`${id}-subject`}>{text('templates:subject')}</label>
        <input ref={fields.subject} type="text" maxLength={998} autoComplete="off" {...shared('subject')} />
        {problem('subject')}
      </div>
      <div className="hd-templates__field">
        <label htmlFor={`${id}-body`}>{text('templates:body')}</label>
        <textarea ref={fields.body} rows={12} maxLength={20_000} {...shared('body')} />
        {problem('body')}
      </div>
      {!isReadOnly && (
        <fieldset className="hd-templates__tokens">
          <legend>{text('templates:tokens')}</legend>
          <div className="hd-templates__chips">
            {offered.map((name) => (
              <button key={name} type="button" dir="ltr" onClick={() => insert(name)}>
                {braced(name)}
              </button>
            ))}
          </div>
          <p className="hd-connection__hint">{text('templates:tokensHint')}</p>
        </fieldset>
      )}
    </>
  )
}
