import { createLocalReq, type Payload } from 'payload'
import { asVerb } from '../../collections/managed.js'
import type { DocID } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf, tableOf } from '../../core/database.js'
import type { Work } from '../../core/part.js'

const atOnce = 500
const filesAtOnce = 50

/** Lets go of sources whose time is over, but for those whose files storage did not take: they are read from there. */
const sweepRaws = async (payload: Payload): Promise<number> => {
  const { slugs } = getHelpdesk(payload)
  const table = tableOf(payload, slugs.rawSources)
  const { rowCount } = await sqlOf({ payload }).query(
    `delete from ${table} where id in
       (select id from ${table} r where keep_until < $1 and not exists (select from ${tableOf(payload, slugs.attachments)} a
          where a.inbound_email_id = r.inbound_email_id and a.state = 'refused' and a.message_id is not null)
        order by keep_until limit ${atOnce} for update skip locked)`,
    [now()],
  )
  return rowCount ?? 0
}

/** Files that were stored for a message which never came to be, with their bytes. */
const sweepFiles = async (payload: Payload): Promise<number> => {
  const { slugs } = getHelpdesk(payload)
  const { rows } = await sqlOf({ payload }).query<{ id: DocID }>(
    `select a.id from ${tableOf(payload, slugs.attachments)} a
     left join ${tableOf(payload, slugs.inboundEmails)} j on j.id = a.inbound_email_id
     where a.sweep_after < $1 and a.message_id is null and a.draft_id is null
       and (j.id is null or j.state <> 'received') limit ${filesAtOnce}`,
    [now()],
  )
  for (const { id } of rows) {
    await payload.delete({
      collection: slugs.attachments as never,
      id,
      depth: 0,
      overrideAccess: true,
      req: asVerb(await createLocalReq({}, payload)),
    })
  }
  return rows.length
}

/** Clears away what is no longer needed: mail sources after their time, files of messages that never came to be. */
export const sweepWork = (): Work => ({
  name: 'mail.sweep',
  everyMs: 10 * 60_000,
  run: async ({ payload }) => {
    const raws = await sweepRaws(payload)
    const files = await sweepFiles(payload)
    return { more: raws === atOnce || files === filesAtOnce }
  },
})
