'use client'
import '../desk/tokens.css'
import '../elements/elements.css'
import '../elements/floating.css'
import '../MailboxConnection/MailboxConnection.css'
import '../MailboxWebhook/MailboxWebhook.css'
import './WebhookDeliveries.css'
import { useDocumentInfo } from '@payloadcms/ui'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Delivery, DeliveryPage } from '../api.js'
import { useExplain, useRequests } from '../desk/Desk.js'
import { useInOrder } from '../desk/useInOrder.js'
import { useText } from '../desk/useText.js'
import { Icon } from '../elements/icons.js'
import { Notice } from '../elements/Notice.js'
import { DeliveryTable } from './DeliveryTable.js'
import { Secrets } from './Secrets.js'

/** How long after an act the worker has surely begun with what was asked of it. */
const settleMs = 3000

type WebhookDeliveriesProps = {
  /** Slug of the tickets, whose inbox a delivery leads to. */
  tickets: string
}

/** What a webhook signs with, what it was told, and what became of that. */
export const WebhookDeliveries = ({ tickets }: WebhookDeliveriesProps) => {
  const text = useText()
  const request = useRequests()
  const explain = useExplain()
  const { id } = useDocumentInfo()
  const [log, setLog] = useState<DeliveryPage | null>(null)
  const [secret, setSecret] = useState('')
  const [said, setSaid] = useState('')
  const [readProblem, setReadProblem] = useState('')
  const [actProblem, setActProblem] = useState('')
  const isBusy = useRef(false)
  const inOrder = useInOrder()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  const path = `/webhooks/${id}`
  const read = useCallback(async () => {
    if (!id) return
    const isNewest = inOrder()
    try {
      const page = await request.get<DeliveryPage>(`${path}/deliveries`)
      if (!isNewest()) return
      setLog(page)
      setReadProblem('')
    } catch (error) {
      if (isNewest()) setReadProblem(explain(error))
    }
  }, [id, path, request, explain, inOrder])
  const readMore = async (before: Delivery['id']) => {
    try {
      const page = await request.get<DeliveryPage>(`${path}/deliveries`, { query: { before } })
      // Read anew in the meantime, the list may end elsewhere.
      setLog((shown) =>
        shown?.next === before ? { ...page, deliveries: [...shown.deliveries, ...page.deliveries] } : shown,
      )
    } catch (error) {
      setActProblem(explain(error))
    }
  }
  useEffect(() => {
    void read()
    return () => clearTimeout(timer.current)
  }, [read])

  if (!id) return null
  /** One at a time; what is pressed while the list is read again is done. */
  const act = async (work: () => Promise<string>) => {
    if (isBusy.current) return
    isBusy.current = true
    setSaid('')
    setActProblem('')
    try {
      setSaid(await work())
      void read()
      clearTimeout(timer.current)
      timer.current = setTimeout(() => void read(), settleMs)
    } catch (error) {
      setActProblem(explain(error))
    } finally {
      isBusy.current = false
    }
  }
  const renew = () =>
    act(async () => {
      setSecret((await request.post<{ secret: string }>(`${path}/secret`)).secret)
      // What is shown with it says the rest.
      return ''
    })
  const test = () =>
    act(async () => {
      await request.post(`${path}/test`)
      return text('outgoing:testQueued')
    })
  const again = (delivery: Delivery) =>
    act(async () => {
      await request.post(`/webhooks/deliveries/${delivery.id}/redeliver`)
      return text('outgoing:againQueued')
    })
  return (
    <section
      className="helpdesk helpdesk--inline hd-connection hd-webhook field-type"
      aria-label={text('outgoing:one')}
    >
      {(actProblem || readProblem) && (
        <Notice tone="bad" icon="warning" isUrgent>
          {actProblem || readProblem}
        </Notice>
      )}
      {log?.webhook.offReason === 'gone' && (
        <Notice tone="warn" icon="warning">
          {text('outgoing:offGone')}
        </Notice>
      )}
      {log && <Secrets secrets={log.webhook.secrets} made={secret} onRenew={() => void renew()} />}
      <div className="hd-connection__words">
        <h2>{text('outgoing:logTitle')}</h2>
        <p className="hd-connection__hint">{text('outgoing:logHint')}</p>
      </div>
      <div className="hd-webhook__acts">
        <button type="button" className="hd-button" onClick={() => void test()}>
          {text('outgoing:test')}
        </button>
        <button type="button" className="hd-button" onClick={() => void read()}>
          <Icon name="retry" size={14} />
          {text('outgoing:refresh')}
        </button>
        <span role="status">{said}</span>
      </div>
      {log && (
        <DeliveryTable
          deliveries={log.deliveries}
          tickets={tickets}
          onAgain={(delivery) => void again(delivery)}
        />
      )}
      {log?.next != null && (
        <button
          type="button"
          className="hd-button hd-deliveries__more"
          onClick={() => void readMore(log.next!)}
        >
          {text('outgoing:more')}
        </button>
      )}
    </section>
  )
}
