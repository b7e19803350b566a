'use client'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import { useText } from '../desk/useText.js'
import { CopyText } from './CopyText.js'
import { type ExampleLanguage, exampleLanguages, examples, languageNames } from './examples.js'

/** A signed call to copy, in the languages of those who write most of them. */
export const Examples = ({ url }: { url: string }) => {
  const text = useText()
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const [language, setLanguage] = useState<ExampleLanguage>('curl')
  const code = examples[language](url)
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const at = exampleLanguages.indexOf(language) + (document.dir === 'rtl' ? -step : step)
    const next = exampleLanguages.at(at % exampleLanguages.length)!
    setLanguage(next)
    list.current?.querySelector<HTMLElement>(`[data-language="${next}"]`)?.focus()
  }
  return (
    <details className="hd-webhook__examples">
      <summary>{text('webhook:examples')}</summary>
      <div className="hd-webhook__bar">
        <div
          ref={list}
          className="hd-webhook__tabs"
          role="tablist"
          aria-label={text('webhook:examples')}
          onKeyDown={move}
        >
          {exampleLanguages.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`${id}-${name}`}
              data-language={name}
              aria-selected={name === language}
              aria-controls={`${id}-code`}
              tabIndex={name === language ? 0 : -1}
              onClick={() => setLanguage(name)}
            >
              {languageNames[name]}
            </button>
          ))}
        </div>
        <CopyText value={code} label={languageNames[language]} />
      </div>
      <pre
        className="hd-source"
        role="tabpanel"
        id={`${id}-code`}
        aria-labelledby={`${id}-${language}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
      >
        {code}
      </pre>
    </details>
  )
}
