'use client'
import { useState } from 'react'
import type { QuarantinePage } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { fileSize } from '../desk/time.js'
import { useServerText } from '../desk/useText.js'
import { Badge } from '../elements/Badge.js'
import { Icon } from '../elements/icons.js'
import { Moment } from '../elements/Moment.js'
import { RawSource } from '../elements/RawSource.js'
import type { QuarantineAct } from './Quarantine.js'

type Mail = QuarantinePage['mails'][number]

type QuarantinedMailProps = { mail: Mail; isBusy: boolean; onAct: (act: QuarantineAct) => void }

/** One mail: what it is, why it is here, and what can be done with it. */
export const QuarantinedMail = ({ mail, isBusy, onAct }: QuarantinedMailProps) => {
  const { text, language } = useDesk()
  const serverText = useServerText()
  const [isSource, setSource] = useState(false)
  const [isSure, setSure] = useState(false)
  const reason = serverText('reason', mail.reason, mail.explanation || mail.reason)
  const isTooLarge = mail.verdict === 'tooLarge'
  return (
    <li className="hd-mail">
      <div className="hd-mail__head">
        <h2>
          <bdi>{mail.subject || text('inbox:noSubject')}</bdi>
        </h2>
        <Moment at={mail.receivedAt} />
      </div>
      <p className="hd-mail__from">
        <bdi>{mail.from}</bdi> → {mail.mailbox.name} · {fileSize(mail.size, language)}
        {mail.attempts > 1 && <Badge>{text('quarantine:tries', { count: mail.attempts })}</Badge>}
      </p>
      <p className="hd-mail__reason">
        <Icon name="info" size={14} />
        <span>
          {reason}
          {mail.explanation && mail.explanation !== reason && ` ${mail.explanation}`}
        </span>
      </p>
      {mail.error && <pre className="hd-mail__error">{mail.error}</pre>}
      <div className="hd-mail__acts">
        <button type="button" className="hd-button" disabled={isBusy} onClick={() => onAct('retry')}>
          <Icon name="retry" size={14} />
          {text('quarantine:retry')}
        </button>
        <button type="button" className="hd-button" disabled={isBusy} onClick={() => onAct('ticket')}>
          <Icon name="inbox" size={14} />
          {text('quarantine:ticket')}
        </button>
        {isTooLarge && (
          <button type="button" className="hd-button" disabled={isBusy} onClick={() => onAct('fetch')}>
            {text('quarantine:fetch')}
          </button>
        )}
        {mail.hasSource && (
          <button
            type="button"
            className="hd-button hd-button--quiet"
            aria-expanded={isSource}
            onClick={() => setSource(!isSource)}
          >
            {text(isSource ? 'quarantine:hideSource' : 'quarantine:source')}
          </button>
        )}
        <span className="hd-mail__discard">
          {isSure ? (
            <>
              <button
                type="button"
                className="hd-button hd-button--danger"
                disabled={isBusy}
                onClick={() => onAct('discard')}
              >
                {text('quarantine:discardSure')}
              </button>
              <button type="button" className="hd-button hd-button--quiet" onClick={() => setSure(false)}>
                {text('desk:cancel')}
              </button>
            </>
          ) : (
            <button
              type="button"
              className="hd-button hd-button--quiet"
              disabled={isBusy}
              onClick={() => setSure(true)}
            >
              {text('quarantine:discard')}
            </button>
          )}
        </span>
      </div>
      {isSource && <RawSource path={`/quarantine/${mail.id}/source`} />}
    </li>
  )
}
