import { useRef, useState } from 'react'
import type { MailToSend } from './types.js'

export type Draft = MailToSend

type Props = {
  draft: Draft
  supportAddresses: string[]
  onChange: (draft: Draft) => void
  onClose: (sent: boolean) => void
}

/** Writes a mail, or the answer to one. */
export const Compose = ({ draft, supportAddresses, onChange, onClose }: Props) => {
  const [error, setError] = useState('')
  const [isSending, setIsSending] = useState(false)
  const files = useRef<HTMLInputElement>(null)

  const send = async () => {
    setIsSending(true)
    setError('')
    const form = new FormData()
    form.set('mail', JSON.stringify(draft))
    for (const file of files.current?.files ?? []) form.append('file', file)
    try {
      const response = await fetch('/mail/api/send', { method: 'POST', body: form })
      const answer = (await response.json()) as { error?: string }
      if (response.ok) return onClose(true)
      setError(answer.error ?? 'The mail was not accepted.')
    } catch {
      setError('The mail server does not answer.')
    }
    setIsSending(false)
  }

  return (
    <form
      className="mail-compose"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <label>
        To
        <input
          type="email"
          required
          list="support"
          value={draft.to}
          onChange={(event) => onChange({ ...draft, to: event.target.value })}
        />
      </label>
      <datalist id="support">
        {supportAddresses.map((address) => (
          <option key={address} value={address} />
        ))}
      </datalist>
      <label>
        Subject
        <input
          value={draft.subject}
          onChange={(event) => onChange({ ...draft, subject: event.target.value })}
        />
      </label>
      <label>
        Text
        <textarea
          // biome-ignore lint/a11y/noAutofocus: whoever presses Write or Reply wants to type
          autoFocus
          rows={14}
          value={draft.text}
          ref={(area) => {
            // A reply is written above what it quotes.
            if (
              area &&
              draft.inReplyTo &&
              area.selectionStart === area.value.length &&
              !area.dataset['placed']
            ) {
              area.dataset['placed'] = 'yes'
              area.setSelectionRange(0, 0)
              area.scrollTop = 0
            }
          }}
          onChange={(event) => onChange({ ...draft, text: event.target.value })}
        />
      </label>
      <label>
        Files
        <input ref={files} type="file" multiple />
      </label>
      {error && <p className="mail-notice">{error}</p>}
      <div className="mail-tools">
        <button type="button" onClick={() => onClose(false)}>
          Discard
        </button>
        <button type="submit" className="primary" disabled={isSending}>
          {isSending ? 'Sending …' : 'Send'}
        </button>
      </div>
    </form>
  )
}
