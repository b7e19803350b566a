import type { HelpdeskOptions } from 'payload-helpdesk'

type Steps = NonNullable<NonNullable<HelpdeskOptions['mail']>['steps']>

/** A step of the shop's own: writes the order that a new mail speaks of into the ticket. */
export const noteOrderNumber: ReturnType<Steps>[number] = {
  name: 'noteOrderNumber',
  when: 'after',
  run: async ({ req, mail, decision }) => {
    const [orderNumber] = /\bA-\d{5}\b/.exec(`${mail.subject} ${mail.reply}`) ?? []
    if (!orderNumber || !decision.opened || decision.ticket === undefined) return
    // Plays a shop whose orders cannot be read for a while; the mail waits in quarantine.
    if (process.env['HELPDESK_STOCKTAKING']) throw new Error('Orders are closed for stocktaking.')
    await req.payload.update({
      collection: 'tickets',
      id: decision.ticket,
      data: { orderNumber },
      overrideAccess: true,
      depth: 0,
      req,
    })
  },
}
