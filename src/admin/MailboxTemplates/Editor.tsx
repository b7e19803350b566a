'use client'
import { useFormFields, useTranslation } from '@payloadcms/ui'
import { useId, useMemo, useState } from 'react'
import type { DocID } from '../../collections/types.js'
import type { MailboxTemplates, NotificationEvent } from '../../rules/notifications.js'
import { unknownTokens } from '../../rules/template.js'
import type { TemplateFacts } from '../api.js'
import { useText } from '../desk/useText.js'
import { Preview } from './Preview.js'
import { WordsFields } from './WordsFields.js'
import { ownLanguages, withWords, wordsIn } from './words.js'

type EditorProps = {
  mailbox: DocID | undefined
  event: NotificationEvent
  facts: TemplateFacts
  templates: MailboxTemplates
  isReadOnly: boolean
  onChange: (templates: MailboxTemplates | null) => void
}

const nameIn = (reader: string, language: string): string => {
  try {
    return new Intl.DisplayNames([reader], { type: 'language' }).of(language) ?? language
  } catch {
    return language
  }
}

/** One mail: its words in each language, beside what they make of a ticket. */
export const Editor = ({ mailbox, event, facts, templates, isReadOnly, onChange }: EditorProps) => {
  const text = useText()
  const { i18n } = useTranslation()
  const id = useId()
  const own = ownLanguages(templates, event)
  const languages = [...new Set([...facts.languages, ...own])]
  const [language, setLanguage] = useState(
    languages.includes(i18n.language) ? i18n.language : (languages[0] ?? 'en'),
  )
  const signature = useFormFields(([fields]) => fields['settings.signature']?.value)
  const shipped = facts.shipped[language]?.[event]
  const place = { templates, event, language, shipped }
  const words = wordsIn(place)
  const hasOwn = own.includes(language)
  const offered = useMemo(
    () => facts.tokens.filter((name) => name !== 'reply_content' || event === 'agentReplied'),
    [facts.tokens, event],
  )
  return (
    <div className="hd-templates__editor">
      <div className="hd-templates__words">
        <div className="hd-templates__field">
          <label htmlFor={`${id}-language`}>{text('templates:language')}</label>
          <select id={`${id}-language`} value={language} onChange={({ target }) => setLanguage(target.value)}>
            {languages.map((each) => (
              <option key={each} value={each}>
                {nameIn(i18n.language, each)}
                {own.includes(each) ? ` – ${text('templates:changed')}` : ''}
              </option>
            ))}
          </select>
          {!shipped && <p className="hd-connection__hint">{text('templates:noWords')}</p>}
        </div>
        <WordsFields
          key={language}
          language={language}
          words={words}
          tokens={facts.tokens}
          offered={offered}
          isReadOnly={isReadOnly}
          onChange={(change) => onChange(withWords({ ...place, ...change }))}
        />
        {!isReadOnly && (
          <button
            type="button"
            className="hd-button hd-button--small"
            // Not disabled: whoever pressed it would lose the focus.
            aria-disabled={!hasOwn}
            onClick={() => hasOwn && onChange(withWords({ ...place, subject: '', body: '' }))}
          >
            {text('templates:reset')}
          </button>
        )}
      </div>
      <Preview
        mailbox={mailbox}
        words={{
          event,
          language,
          ...words,
          ...(typeof signature === 'string' && { signature }),
        }}
        isSound={!unknownTokens(`${words.subject}\n${words.body}`, facts.tokens).length}
      />
    </div>
  )
}
