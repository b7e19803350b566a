'use client'
import { useId, useState } from 'react'
import type { Mailbox } from '../../collections/types.js'
import { fileSize } from '../../rules/fileSize.js'
import { useDesk } from '../desk/Desk.js'
import { useServerText } from '../desk/useText.js'
import { Badge } from '../elements/Badge.js'
import { Icon } from '../elements/icons.js'
import { Moment } from '../elements/Moment.js'
import { RawSource } from '../elements/RawSource.js'
import { Discard } from './Discard.js'
import { SenderDialog } from './SenderDialog.js'
import type { QuarantinedMail as Mail, QuarantineAct } from './useQuarantine.js'

type QuarantinedMailProps = {
  mail: Mail
  isBusy: boolean
  onAct: (act: QuarantineAct, body?: { requester?: Mailbox }) => void
}

/** One mail: what it is, why it is here, and what can be done with it. */
export const QuarantinedMail = ({ mail, isBusy, onAct }: QuarantinedMailProps) => {
  const { text, language } = useDesk()
  const serverText = useServerText()
  const [isSource, setSource] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const id = useId()
  const reason = serverText({
    section: 'reason',
    key: mail.reason,
    fallback: mail.explanation || text('quarantine:unknown'),
  })
  const isTooLarge = mail.verdict === 'tooLarge' || mail.reason === 'tooLarge'
  const makeTicket = () => (mail.from ? onAct('ticket') : setAsking(true))
  return (
    <li className="hd-mail">
      <article aria-labelledby={id}>
        <header className="hd-mail__head">
          <h2 id={id} tabIndex={-1}>
            <bdi>{mail.subject || text('inbox:noSubject')}</bdi>
          </h2>
          <Moment at={mail.receivedAt} />
        </header>
        <p className="hd-mail__facts">
          <span>
            <bdi dir={mail.from ? 'ltr' : undefined}>{mail.from || text('quarantine:noSender')}</bdi>{' '}
            {text('quarantine:to')} <bdi>{mail.mailbox.name}</bdi>
          </span>
          {mail.size > 0 && <span>{fileSize(mail.size, language)}</span>}
          {mail.attempts > 1 && <Badge>{text('quarantine:tries', { count: mail.attempts })}</Badge>}
        </p>
        <div className="hd-mail__reason">
          <Icon name="warning" size={15} />
          <div>
            <p>{reason}</p>
            {mail.error && <pre>{mail.error}</pre>}
          </div>
        </div>
        <div className="hd-mail__acts">
          <button type="button" className="hd-button" disabled={isBusy} onClick={() => onAct('retry')}>
            <Icon name="retry" size={14} />
            {text('quarantine:retry')}
          </button>
          {isTooLarge && (
            <button type="button" className="hd-button" disabled={isBusy} onClick={() => onAct('fetch')}>
              {text('quarantine:fetch')}
            </button>
          )}
          {mail.hasSource && (
            <button type="button" className="hd-button" disabled={isBusy} onClick={makeTicket}>
              <Icon name="inbox" size={14} />
              {text('quarantine:ticket')}
            </button>
          )}
          {mail.hasSource && (
            <button
              type="button"
              className="hd-button hd-button--quiet"
              aria-expanded={isSource}
              aria-controls={`${id}-source`}
              onClick={() => setSource(!isSource)}
            >
              <Icon name="eye" size={14} />
              {text(isSource ? 'quarantine:hideSource' : 'quarantine:source')}
            </button>
          )}
          <Discard isBusy={isBusy} onDiscard={() => onAct('discard')} />
        </div>
        <div id={`${id}-source`} className="hd-mail__source">
          {isSource && <RawSource path={`/quarantine/${mail.id}/source`} />}
        </div>
      </article>
      {isAsking && (
        <SenderDialog
          onClose={() => setAsking(false)}
          onPick={(requester) => {
            setAsking(false)
            onAct('ticket', { requester })
          }}
        />
      )}
    </li>
  )
}
