'use client'
import { useEffect } from 'react'
import type { TicketRow } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { useInbox } from './InboxContext.js'

/** The tab's title: how much is unread, and what is open. */
export const PageTitle = ({ ticket }: { ticket: TicketRow | null }) => {
  const { text, titleSuffix } = useDesk()
  const { overview, place } = useInbox()
  const unread = overview?.unread ? `(${overview.unread}) ` : ''
  const what =
    ticket && place.ticket === String(ticket.id)
      ? `#${ticket.number} ${ticket.subject}`
      : place.ticket === 'new'
        ? text('newTicket:title')
        : text(`view:${place.view}`)
  const title = `${unread}${what} · ${text('inbox:title')}${titleSuffix}`
  // The router writes a title of its own before ours; the first in the document wins.
  useEffect(() => {
    document.title = title
  }, [title])
  return <title>{title}</title>
}
