import { createLocalReq, type Payload } from 'payload'
import type { DocID } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf, tableOf } from '../../core/database.js'
import { forEachAlone } from '../../core/forEachAlone.js'
import { releaseReply } from '../../operations/releaseReply.js'

/** Replies let go in one go. */
const batch = 100

/** Lets the replies go whose undo window has passed; true when there may be more. */
export const releaseDue = async (payload: Payload): Promise<boolean> => {
  const table = tableOf(payload, getHelpdesk(payload).slugs.outboundEmails)
  const { rows } = await sqlOf({ payload }).query<{ id: DocID }>(
    `select id from ${table} where state = 'held' and due_at <= $1 order by due_at, id limit ${batch}`,
    [now().toISOString()],
  )
  await forEachAlone(rows, async ({ id }) =>
    releaseReply({ req: await createLocalReq({}, payload), outboundEmail: id }),
  )
  return rows.length === batch
}
