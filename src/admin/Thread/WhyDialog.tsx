'use client'
import { useEffect, useState } from 'react'
import type { MessageView, WhyView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { useServerText } from '../desk/useText.js'
import { Dialog } from '../elements/Dialog.js'
import { Moment } from '../elements/Moment.js'
import { Notice } from '../elements/Notice.js'
import { Spinner } from '../elements/Spinner.js'

/** Why a message stands in this ticket, and what its mail said of itself. */
export const WhyDialog = ({ message, onClose }: { message: MessageView; onClose: () => void }) => {
  const { request, text, explain } = useDesk()
  const serverText = useServerText()
  const [why, setWhy] = useState<WhyView | null>(null)
  const [error, setError] = useState<unknown>(null)
  useEffect(() => {
    request.get<WhyView>(`/messages/${message.id}/why`).then(setWhy, setError)
  }, [message.id, request])

  const reason = why
    ? serverText({ section: 'reason', key: why.reason, fallback: why.explanation || why.reason })
    : ''
  const facts: [string, React.ReactNode][] = why
    ? [
        [
          text('why:verdict'),
          why.verdict && serverText({ section: 'verdict', key: why.verdict, fallback: why.verdict }),
        ],
        [text('field:mailbox'), why.mailbox],
        [text('why:from'), why.from],
        [text('why:received'), why.receivedAt && <Moment at={why.receivedAt} />],
        [text('why:auth'), why.auth],
        ['Message-ID', why.messageId],
        [text('field:attempts'), why.attempts > 1 ? why.attempts : null],
      ]
    : []
  return (
    <Dialog
      title={text('why:title')}
      closeLabel={text('desk:close')}
      onClose={onClose}
      actions={
        message.hasSource && (
          <a
            className="hd-button"
            href={request.url(`/messages/${message.id}/source`)}
            target="_blank"
            rel="noopener"
          >
            {text('why:source')}
          </a>
        )
      }
    >
      {!why && !error && <Spinner label={text('desk:loading')} />}
      {Boolean(error) && <Notice tone="bad">{explain(error)}</Notice>}
      {why && (
        <>
          <p className="hd-why__reason">{reason}</p>
          {why.explanation && why.explanation !== reason && <p className="hd-why__more">{why.explanation}</p>}
          <dl className="hd-facts">
            {facts
              .filter(([, value]) => value)
              .map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
          </dl>
        </>
      )}
    </Dialog>
  )
}
