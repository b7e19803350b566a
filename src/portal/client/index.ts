'use client'
export { FilesField, type FilesFieldProps } from './FilesField.js'
export { PortalForm, type PortalFormProps } from './PortalForm.js'
export {
  type PortalClient,
  type PortalDone,
  PortalError,
  type PortalLink,
  type PortalReply,
  type PortalRequest,
  type PortalSend,
  portalClient,
} from './portalClient.js'
export { type PortalData, usePortalTicket, usePortalTickets } from './usePortal.js'
export { type PortalFormState, type PortalFormTexts, usePortalForm } from './usePortalForm.js'
