'use client'
import { useState } from 'react'
import type { WebhookKey } from '../api.js'
import { useText } from '../desk/useText.js'
import { Badge } from '../elements/Badge.js'
import { Dialog } from '../elements/Dialog.js'
import { Moment } from '../elements/Moment.js'

type KeysProps = { keys: WebhookKey[]; onRevoke: (key: WebhookKey) => void }

/** The keys that calls are signed with, how long they have been there and whether anybody still uses them. */
export const Keys = ({ keys, onRevoke }: KeysProps) => {
  const text = useText()
  const [asked, setAsked] = useState<WebhookKey | null>(null)
  const nameOf = ({ kind, hint }: WebhookKey) => text(`webhook:${kind}Named`, { hint })
  if (!keys.length) return <p className="hd-connection__hint">{text('webhook:noKeys')}</p>
  return (
    <>
      <ul className="hd-webhook__keys">
        {keys.map((key) => (
          <li key={key.id}>
            <span className="hd-webhook__name">
              {text(`webhook:${key.kind}`)} <code>…{key.hint}</code>
            </span>
            <span className="hd-webhook__facts">
              {text('webhook:made')} <Moment at={key.createdAt} />
              {' · '}
              {!key.isReadable ? (
                <Badge tone="bad">{text('webhook:unreadable')}</Badge>
              ) : key.lastUsedAt ? (
                <>
                  {text('webhook:used')} <Moment at={key.lastUsedAt} />
                </>
              ) : (
                <Badge>{text('webhook:neverUsed')}</Badge>
              )}
            </span>
            <button
              type="button"
              className="hd-button hd-button--small"
              aria-label={`${text('webhook:revoke')}: ${nameOf(key)}`}
              onClick={() => setAsked(key)}
            >
              {text('webhook:revoke')}
            </button>
          </li>
        ))}
      </ul>
      {asked && (
        <Dialog
          title={text('webhook:revokeTitle')}
          closeLabel={text('desk:close')}
          onClose={() => setAsked(null)}
          actions={
            <>
              <button type="button" className="hd-button" onClick={() => setAsked(null)}>
                {text('desk:cancel')}
              </button>
              <button
                type="button"
                className="hd-button hd-button--danger"
                onClick={() => {
                  onRevoke(asked)
                  setAsked(null)
                }}
              >
                {text('webhook:revoke')}
              </button>
            </>
          }
        >
          <p className="hd-dialog__words">{text('webhook:revokeHint', { key: nameOf(asked) })}</p>
        </Dialog>
      )}
    </>
  )
}
