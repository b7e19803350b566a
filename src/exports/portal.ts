export { HelpdeskPortal } from '../portal/components/HelpdeskPortal.js'
export { PortalPrivacy } from '../portal/components/PortalPrivacy.js'
export { type PortalField, type PortalRequestForm, portalForm } from '../portal/form.js'
export {
  openPage,
  type PortalAccess,
  type PortalPage,
  type PortalProps,
  portalAccess,
} from '../portal/page.js'
export {
  listTickets,
  type PortalFile,
  type PortalFilter,
  type PortalMessage,
  type PortalTicket,
  readConversation,
  readPortalTicket,
} from '../portal/tickets.js'
