'use client'
import { useConfig } from '@payloadcms/ui'
import { formatAdminURL } from 'payload/shared'
import type { Delivery } from '../api.js'
import { type TextKey, useText } from '../desk/useText.js'
import { Badge, type Tone } from '../elements/Badge.js'
import { Moment } from '../elements/Moment.js'

const tones: Record<Delivery['state'], Tone> = {
  queued: 'warn',
  sending: 'accent',
  delivered: 'good',
  failed: 'bad',
}

type DeliveryTableProps = {
  deliveries: Delivery[]
  /** Slug of the tickets. */
  tickets: string
  onAgain: (delivery: Delivery) => void
}

/** What a webhook was told, the newest first. */
export const DeliveryTable = ({ deliveries, tickets, onAgain }: DeliveryTableProps) => {
  const text = useText()
  const { config } = useConfig()
  const urlOf = (id: Delivery['id']) =>
    formatAdminURL({
      adminRoute: config.routes.admin,
      path: `/collections/${tickets}/inbox/${id}`,
      relative: true,
    })
  const nameOf = (event: string) => text(`outgoing:event:${event}` as TextKey)
  const faultOf = ({ errorCode, error, status }: Delivery) =>
    errorCode ? text(`outgoing:fault:${errorCode}` as TextKey, { status: status ?? '' }) : error
  if (!deliveries.length) return <p className="hd-connection__hint">{text('outgoing:logEmpty')}</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section className="hd-deliveries" tabIndex={0} aria-label={text('outgoing:logTitle')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{text('outgoing:columnEvent')}</th>
            <th scope="col">{text('outgoing:columnState')}</th>
            <th scope="col">{text('outgoing:columnTime')}</th>
            <th scope="col">{text('outgoing:columnTries')}</th>
            <th scope="col">
              <span className="hd-hidden">{text('outgoing:columnAct')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((delivery) => (
            <tr key={delivery.id}>
              <th scope="row">
                {nameOf(delivery.event)}{' '}
                {delivery.ticket && (
                  <a className="hd-link" href={urlOf(delivery.ticket.id)}>
                    #{delivery.ticket.number}
                  </a>
                )}
              </th>
              <td>
                <Badge tone={tones[delivery.state]}>{text(`outgoing:state:${delivery.state}`)}</Badge>
                {delivery.state !== 'delivered' && faultOf(delivery) && (
                  <p className="hd-deliveries__fault">{faultOf(delivery)}</p>
                )}
                {delivery.nextTryAt && delivery.attempts > 0 && (
                  <p className="hd-deliveries__fault">
                    {text('outgoing:nextTry')} <Moment at={delivery.nextTryAt} />
                  </p>
                )}
              </td>
              <td>
                <Moment at={delivery.deliveredAt ?? delivery.lastTryAt ?? delivery.createdAt} />
              </td>
              <td>{delivery.attempts}</td>
              <td>
                <button
                  type="button"
                  className="hd-button hd-button--small"
                  aria-label={`${text('outgoing:again')}: ${nameOf(delivery.event)} ${delivery.ticket ? `#${delivery.ticket.number}` : ''}`.trim()}
                  aria-disabled={delivery.state === 'sending'}
                  onClick={() => delivery.state !== 'sending' && onAgain(delivery)}
                >
                  {text('outgoing:again')}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
