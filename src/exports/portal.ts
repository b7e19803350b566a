export { HelpdeskPortal } from '../portal/components/HelpdeskPortal.js'
export { openPage, type PortalPage, type PortalProps } from '../portal/page.js'
export {
  listTickets,
  type PortalFile,
  type PortalFilter,
  type PortalMessage,
  type PortalTicket,
  readConversation,
  readPortalTicket,
} from '../portal/tickets.js'
