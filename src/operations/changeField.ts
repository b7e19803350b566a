import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { HelpdeskError } from '../core/errors.js'
import { asHooks } from '../core/transaction.js'
import { writeActivity } from './activity.js'
import type { VerbArgs } from './args.js'
import { onTicket } from './runVerb.js'

/**
 * Sets a field that the site added to tickets, through Payload, so that its validation, hooks and field access run.
 * Activity `fieldsChanged`. For those who see the ticket and may write the field. Throws `ticketGone`,
 * `managedField`, and what the field's validation throws.
 */
export const changeField = (
  args: VerbArgs & { ticket: DocID; name: string; value: unknown },
): Promise<void> =>
  onTicket(args, async (req, ticket) => {
    const { slugs, tickets } = getHelpdesk(req.payload)
    if (!tickets.extraFields.includes(args.name)) throw new HelpdeskError('managedField')
    await asHooks(() =>
      req.payload.update({
        collection: slugs.tickets as never,
        id: ticket.id as never,
        data: { [args.name]: args.value } as never,
        depth: 0,
        overrideAccess: args.overrideAccess ?? false,
        req,
      }),
    )
    await writeActivity({ req, kind: 'fieldsChanged', ticket, data: { field: args.name } })
  })
