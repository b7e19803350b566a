'use client'
import { useEffect, useState } from 'react'
import type { MessageView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { Icon } from '../elements/icons.js'
import { Moment } from '../elements/Moment.js'
import { Notice } from '../elements/Notice.js'

type Delivery = NonNullable<MessageView['delivery']>

// An answer that is shown again later, as when somebody comes back to a ticket, has not become younger.
const ends = new WeakMap<Delivery, number>()

/** Of the undo window, from when the server has said how much is left of it; no clock has to be right. */
const leftOf = (delivery: Delivery | null): number => {
  if (delivery?.state !== 'held' || !delivery.undoMs) return 0
  const now = performance.now()
  const end = ends.get(delivery) ?? now + delivery.undoMs
  ends.set(delivery, end)
  return end - now
}

const useSecondsLeft = (delivery: Delivery | null): number => {
  const [, setTick] = useState(0)
  const isRunning = leftOf(delivery) > 0
  useEffect(() => {
    if (!isRunning) return
    const timer = setInterval(() => setTick((tick) => tick + 1), 500)
    return () => clearInterval(timer)
  }, [isRunning])
  return Math.ceil(leftOf(delivery) / 1_000)
}

type DeliveryProps = {
  message: MessageView
  /** Absent where it is not one's own: only its author takes a reply back. */
  onUndo: (() => void) | undefined
  onRetry: () => void
}

/** How far a reply is on its way, in the line of its author. */
export const DeliveryState = ({ message, onUndo }: Omit<DeliveryProps, 'onRetry'>) => {
  const { text } = useDesk()
  const { delivery } = message
  const seconds = useSecondsLeft(delivery)
  if (!delivery) return null
  if (delivery.state === 'held' && seconds > 0) {
    return (
      <span className="hd-delivery">
        {text('delivery:held', { count: seconds })}
        {onUndo && (
          <button type="button" className="hd-link" onClick={onUndo}>
            {text('delivery:undo')}
          </button>
        )}
      </span>
    )
  }
  const state = delivery.state === 'held' ? 'queued' : delivery.state
  if (state === 'sent') {
    return (
      <span className="hd-delivery hd-delivery--sent">
        {text('delivery:sent')}
        <Icon name="check" size={13} />
      </span>
    )
  }
  const isBad = state === 'failed' || state === 'bounced'
  return <span className={`hd-delivery${isBad ? ' hd-delivery--bad' : ''}`}>{text(`delivery:${state}`)}</span>
}

/** What went wrong on a reply's way, in the server's words, and the way to try again. */
export const DeliveryProblem = ({ message, onRetry }: Omit<DeliveryProps, 'onUndo'>) => {
  const { text } = useDesk()
  const { delivery, recipients } = message
  if (!delivery) return null
  const refused = recipients.filter(({ state }) => state === 'failed' || state === 'bounced')
  const isBad = delivery.state === 'failed' || delivery.state === 'bounced' || refused.length > 0
  if (!isBad) {
    return delivery.state === 'queued' && delivery.error ? (
      <Notice tone="warn" icon="clock">
        {text('delivery:willRetry', { error: delivery.error })}
        {delivery.nextTryAt && (
          <>
            {' '}
            <Moment at={delivery.nextTryAt} />
          </>
        )}
      </Notice>
    ) : null
  }
  return (
    <Notice
      tone="bad"
      icon="warning"
      actions={
        <button type="button" className="hd-button" onClick={onRetry}>
          <Icon name="retry" size={14} />
          {text('delivery:retry')}
        </button>
      }
    >
      <strong>{text(delivery.state === 'bounced' ? 'delivery:bouncedLong' : 'delivery:failedLong')}</strong>
      {delivery.error && <span className="hd-server-words"> {delivery.error}</span>}
      {refused
        .filter(({ address }) => !delivery.error.includes(address))
        .map(({ address, response }) => (
          <div key={address} className="hd-refused">
            <bdi>{address}</bdi>
            {response && <span className="hd-server-words">: {response}</span>}
          </div>
        ))}
    </Notice>
  )
}
