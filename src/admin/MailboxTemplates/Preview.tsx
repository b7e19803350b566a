'use client'
import { useTheme } from '@payloadcms/ui'
import { useMemo, useState } from 'react'
import type { DocID } from '../../collections/types.js'
import type { TemplateWords } from '../api.js'
import { useExplain, useRequests } from '../desk/Desk.js'
import { useText } from '../desk/useText.js'
import { Notice } from '../elements/Notice.js'
import { previewPage } from './frame.js'
import { usePreview } from './usePreview.js'

type PreviewProps = {
  mailbox: DocID | undefined
  words: TemplateWords
  /** With a token that nobody knows no test is sent. */
  isSound: boolean
}

/** The mail as a real ticket's customer would get it, and a way to have it sent to oneself. */
export const Preview = ({ mailbox, words, isSound }: PreviewProps) => {
  const text = useText()
  const request = useRequests()
  const explain = useExplain()
  const { theme } = useTheme()
  const { preview, problem } = usePreview(mailbox, words)
  const [isSending, setSending] = useState(false)
  const [answer, setAnswer] = useState<{ isGood: boolean; words: string } | null>(null)
  const page = useMemo(() => (preview ? previewPage(preview.html, theme === 'dark') : ''), [preview, theme])

  if (!mailbox) return <p className="hd-connection__hint">{text('templates:saveFirst')}</p>
  const canSend = isSound && !isSending
  const send = async () => {
    setSending(true)
    setAnswer(null)
    try {
      const path = `/mailboxes/${mailbox}/templates/test`
      const { address } = await request.post<{ address: string }>(path, { body: words })
      setAnswer({ isGood: true, words: text('templates:tested', { address }) })
    } catch (error) {
      setAnswer({ isGood: false, words: explain(error) })
    } finally {
      setSending(false)
    }
  }
  return (
    <div className="hd-templates__preview">
      <h3>{text('templates:preview')}</h3>
      {problem && (
        <Notice tone="bad" icon="warning">
          {problem}
        </Notice>
      )}
      <div className="hd-templates__mail" aria-busy={!preview}>
        <p className="hd-templates__subject" dir="auto">
          {preview?.subject}
        </p>
        <iframe title={text('templates:preview')} sandbox="" referrerPolicy="no-referrer" srcDoc={page} />
      </div>
      {preview && (
        <p className="hd-connection__hint">
          {preview.ticket
            ? text('templates:previewOf', { number: preview.ticket.number })
            : text('templates:previewNone')}
        </p>
      )}
      <div className="hd-templates__acts">
        <button
          type="button"
          className="hd-button"
          // Not disabled: whoever pressed it would lose the focus.
          aria-disabled={!canSend}
          onClick={() => canSend && void send()}
        >
          {text(isSending ? 'templates:testing' : 'templates:test')}
        </button>
        <span className={answer?.isGood === false ? 'hd-templates__bad' : 'hd-templates__good'} role="status">
          {answer?.words}
        </span>
      </div>
    </div>
  )
}
