'use client'
import { type PortalClient, usePortalTickets } from 'payload-helpdesk/portal/client'
import { useState } from 'react'

type TicketListProps = { portal: PortalClient; onOpen: (number: number) => void }

export const TicketList = ({ portal, onOpen }: TicketListProps) => {
  const [status, setStatus] = useState<'' | 'active' | 'closed'>('')
  const { data, error, isLoading } = usePortalTickets(portal, { status })
  return (
    <section aria-label="Requests" aria-busy={isLoading}>
      <label>
        Show{' '}
        <select value={status} onChange={({ target }) => setStatus(target.value as typeof status)}>
          <option value="">all</option>
          <option value="active">open ones</option>
          <option value="closed">closed ones</option>
        </select>
      </label>
      {error && <p role="alert">{error.message}</p>}
      {data && !data.tickets.length && <p>There are none.</p>}
      <ul className="my-list">
        {data?.tickets.map(({ number, subject, status }) => (
          <li key={number}>
            <button type="button" onClick={() => onOpen(number)}>
              {subject || `Request ${number}`}
            </button>{' '}
            <small>
              #{number}, {status}
            </small>
          </li>
        ))}
      </ul>
    </section>
  )
}
