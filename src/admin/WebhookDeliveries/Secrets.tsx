'use client'
import { useState } from 'react'
import type { WebhookSecret } from '../api.js'
import { useSinglePress } from '../desk/useSinglePress.js'
import { useText } from '../desk/useText.js'
import { Badge } from '../elements/Badge.js'
import { Dialog } from '../elements/Dialog.js'
import { Icon } from '../elements/icons.js'
import { Moment } from '../elements/Moment.js'
import { Notice } from '../elements/Notice.js'
import { CopyText } from '../MailboxWebhook/CopyText.js'

type SecretsProps = {
  secrets: WebhookSecret[]
  /** The one that was made just now; '' without. */
  made: string
  onRenew: () => void
}

/** What calls are signed with: how long it has been there, never what it is but once. */
export const Secrets = ({ secrets, made, onRenew }: SecretsProps) => {
  const text = useText()
  const [isAsked, setAsked] = useState(false)
  const isSinglePress = useSinglePress()
  const renew = () => {
    setAsked(false)
    onRenew()
  }
  return (
    <>
      <div className="hd-connection__words">
        <h2>{text('outgoing:secretTitle')}</h2>
        {!secrets.length && <p className="hd-connection__hint">{text('outgoing:secretNone')}</p>}
      </div>
      {secrets.length > 0 && (
        <ul className="hd-webhook__keys">
          {secrets.map((secret) => (
            <li key={secret.id}>
              <span className="hd-webhook__name">
                <code>…{secret.hint}</code>
              </span>
              <span className="hd-webhook__facts">
                {text('outgoing:made')} <Moment at={secret.createdAt} />
                {secret.expiresAt && (
                  <>
                    {' · '}
                    {text('outgoing:secretUntil')} <Moment at={secret.expiresAt} />
                  </>
                )}{' '}
                {!secret.isReadable && <Badge tone="bad">{text('outgoing:secretUnreadable')}</Badge>}
              </span>
            </li>
          ))}
        </ul>
      )}
      {made && (
        <Notice tone="warn" icon="shield">
          <p role="alert">{text('outgoing:secretOnce')}</p>
          <div className="hd-webhook__line">
            <code className="hd-webhook__value">{made}</code>
            <CopyText value={made} label={text('outgoing:secretTitle')} />
          </div>
        </Notice>
      )}
      <div className="hd-webhook__acts">
        <button
          type="button"
          className="hd-button"
          // The first one replaces nothing. A double press would make a second one, and hide the first.
          onClick={() => {
            if (!isSinglePress()) return
            if (secrets.length || made) setAsked(true)
            else renew()
          }}
        >
          <Icon name="plus" size={14} />
          {text('outgoing:secretNew')}
        </button>
      </div>
      {isAsked && (
        <Dialog
          title={text('outgoing:secretNewTitle')}
          closeLabel={text('desk:close')}
          onClose={() => setAsked(false)}
          actions={
            <>
              <button type="button" className="hd-button" onClick={() => setAsked(false)}>
                {text('desk:cancel')}
              </button>
              <button type="button" className="hd-button hd-button--primary" onClick={renew}>
                {text('outgoing:secretNew')}
              </button>
            </>
          }
        >
          <p className="hd-dialog__words">{text('outgoing:secretNewHint')}</p>
        </Dialog>
      )}
    </>
  )
}
