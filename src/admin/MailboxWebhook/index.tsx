'use client'
import '../desk/tokens.css'
import '../elements/elements.css'
import '../elements/facts.css'
import '../elements/floating.css'
import '../MailboxConnection/MailboxConnection.css'
import './MailboxWebhook.css'
import { useConfig, useDocumentInfo } from '@payloadcms/ui'
import { formatAdminURL } from 'payload/shared'
import { useCallback, useEffect, useRef, useState } from 'react'
import { mostKeysOfAKind, webhookKeyKinds } from '../../rules/webhookKeys.js'
import type { WebhookKey } from '../api.js'
import { useExplain, useRequests } from '../desk/Desk.js'
import { RequestError } from '../desk/request.js'
import { useInOrder } from '../desk/useInOrder.js'
import { useSinglePress } from '../desk/useSinglePress.js'
import { useText } from '../desk/useText.js'
import { Icon } from '../elements/icons.js'
import { Notice } from '../elements/Notice.js'
import { CopyText } from './CopyText.js'
import { Examples } from './Examples.js'
import { Keys } from './Keys.js'

type Made = { key: WebhookKey; secret: string }

/** Where other systems open tickets, the keys they do it with, and how. */
export const MailboxWebhook = () => {
  const text = useText()
  const request = useRequests()
  const explain = useExplain()
  const { id } = useDocumentInfo()
  const { config } = useConfig()
  const [keys, setKeys] = useState<WebhookKey[] | null>(null)
  // An agent may look at a mailbox, but not at what opens it.
  const [isHidden, setHidden] = useState(false)
  const [made, setMade] = useState<Made | null>(null)
  const [readProblem, setReadProblem] = useState('')
  const [actProblem, setActProblem] = useState('')
  const title = useRef<HTMLHeadingElement>(null)
  const isBusy = useRef(false)
  const inOrder = useInOrder()
  const isSinglePress = useSinglePress()
  const [origin, setOrigin] = useState(config.serverURL)

  const path = `/mailboxes/${id}/webhook-keys`
  const read = useCallback(async () => {
    if (!id) return
    const isNewest = inOrder()
    try {
      const { keys } = await request.get<{ keys: WebhookKey[] }>(path)
      if (!isNewest()) return
      setKeys(keys)
      setReadProblem('')
    } catch (error) {
      if (error instanceof RequestError && error.status === 403) setHidden(true)
      else if (isNewest()) setReadProblem(explain(error))
    }
  }, [id, path, request, explain, inOrder])
  useEffect(() => {
    setOrigin((given) => given || window.location.origin)
    void read()
  }, [read])

  if (!id || isHidden) return null
  /** One at a time; what is pressed while the keys are read again is done. */
  const act = async (work: () => Promise<void>) => {
    if (isBusy.current) return
    isBusy.current = true
    setActProblem('')
    try {
      await work()
      void read()
    } catch (error) {
      setActProblem(explain(error))
    } finally {
      isBusy.current = false
    }
  }
  const make = (kind: WebhookKey['kind']) =>
    act(async () => {
      const fresh = await request.post<Made>(path, { body: { kind } })
      setMade(fresh)
      setKeys((shown) => [...(shown ?? []), fresh.key])
    })
  const revoke = (key: WebhookKey) =>
    act(async () => {
      await request.remove(`/webhook-keys/${key.id}`)
      setKeys((shown) => shown?.filter(({ id }) => id !== key.id) ?? null)
      setMade((shown) => (shown && String(shown.key.id) === String(key.id) ? null : shown))
      // Its button is gone.
      title.current?.focus()
    })
  const url = `${origin}${formatAdminURL({ apiRoute: config.routes.api, path: `/helpdesk/webhook/${id}`, relative: true })}`
  const shown = made && (made.key.kind === 'url' ? `${url}?token=${made.secret}` : made.secret)
  const once = made?.key.kind === 'url' ? 'webhook:onceUrl' : 'webhook:onceSecret'
  const isFull = (kind: WebhookKey['kind']) =>
    (keys?.filter((key) => key.kind === kind && key.isReadable).length ?? 0) >= mostKeysOfAKind
  return (
    <section
      className="helpdesk helpdesk--inline hd-connection hd-webhook field-type"
      aria-labelledby="hd-webhook-title"
    >
      <div className="hd-connection__words">
        <h2 id="hd-webhook-title" ref={title} tabIndex={-1}>
          {text('webhook:title')}
        </h2>
        <p className="hd-connection__hint">{text('webhook:hint')}</p>
      </div>
      <div className="hd-webhook__line">
        <code className="hd-webhook__value">{url}</code>
        <CopyText value={url} label={text('webhook:address')} />
      </div>
      {(actProblem || readProblem) && (
        <Notice tone="bad" icon="warning" isUrgent>
          {actProblem || readProblem}
        </Notice>
      )}
      {keys && <Keys keys={keys} onRevoke={(key) => void revoke(key)} />}
      {/* The sentence is read out, the secret itself is not. */}
      <p className="hd-hidden" role="status">
        {made && text(once)}
      </p>
      <div className="hd-webhook__made">
        {made && shown && (
          <Notice tone="warn" icon="shield">
            <p>{text(once)}</p>
            <div className="hd-webhook__line">
              <code className="hd-webhook__value">{shown}</code>
              <CopyText value={shown} label={text(`webhook:${made.key.kind}`)} />
            </div>
          </Notice>
        )}
      </div>
      <div className="hd-webhook__acts">
        {webhookKeyKinds.map((kind) => (
          <button
            key={kind}
            type="button"
            className="hd-button"
            // Not disabled: the second press of a row would lose the focus.
            aria-disabled={!keys || isFull(kind)}
            // A double press would make a second key, and hide the secret of the first.
            onClick={() => isSinglePress(kind) && !isFull(kind) && keys && void make(kind)}
          >
            <Icon name="plus" size={14} />
            {text(`webhook:${kind}New`)}
          </button>
        ))}
        {webhookKeyKinds.some(isFull) && <p className="hd-connection__hint">{text('webhook:twoHint')}</p>}
      </div>
      <Examples url={url} />
    </section>
  )
}
