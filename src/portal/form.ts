import { type PortalPage, portalOptions } from './page.js'
import { type TicketField, ticketFields } from './ticketFields.js'

export type PortalField = TicketField

/** What a form for a new request has to know. */
export type PortalRequestForm = {
  /**
   * The ticket fields of `portal.fields`, in that order and in the page's language. `PortalRequest.fields` takes their
   * values by `name`. `select` and `relationship` are a choice among `options`.
   */
  fields: PortalField[]
  /** Whether customers may choose a priority. */
  priority: boolean
  /** What files one message takes: how many, the bytes of each, and their types as in `accept`; no types means all. */
  attachments: { maxCount: number; maxSize: number; types: string[] }
}

/**
 * For a page that draws the form for a new request itself: what it has to ask for, and the limits of its files. It is
 * made for whoever asks, who chooses among documents of their own only. It may be sent to the browser.
 * @example
 * const page = await openPage({ config, searchParams: await searchParams })
 * return <OwnPortal access={portalAccess(page)} form={await portalForm(page)} />
 */
export const portalForm = async (page: PortalPage): Promise<PortalRequestForm> => {
  const { priority, attachments } = portalOptions(page)
  return { fields: await ticketFields(page.req, page.language), priority, attachments: { ...attachments } }
}
