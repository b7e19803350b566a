'use client'
import type { TicketRow } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { usePageTitle } from '../desk/usePageTitle.js'
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
  usePageTitle(`${unread}${what} · ${text('inbox:title')}${titleSuffix}`)
  return null
}
