import { rmSync } from 'node:fs'
import type { Payload } from 'payload'
import { getHelpdesk } from '../../src/core/config.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import type { SlugKey } from '../../src/index.js'
import type { MailClient } from '../mail/client.js'
import { openStage } from './play.js'
import { seedRecords } from './records.js'
import { stories } from './stories/index.js'
import { timed } from './story.js'

const mark = 'demo:tickets'

/** Fills an empty help desk with tickets that look like real life, once; a filling that was cut short begins anew. */
export const seedTickets = async ({
  payload,
  mail,
}: {
  payload: Payload
  mail: MailClient
}): Promise<void> => {
  const found = await payload.kv.get<{ done: boolean }>(mark)
  if (found?.done) return
  if (found) await clear(payload, mail)
  else if ((await payload.count({ collection: 'tickets', overrideAccess: true })).totalDocs) return
  await payload.kv.set(mark, { done: false })

  const acts = stories.flatMap((story) => timed(story).map((act) => ({ story, act })))
  acts.sort((a, b) => a.act.at.getTime() - b.act.at.getTime())
  const start = new Date(acts[0]!.act.at.getTime() - 3_600_000)
  const stage = await openStage({ payload, mail, start })
  try {
    for (const { story, act } of acts) await stage.play(story, act)
  } finally {
    await stage.close()
  }
  await seedRecords(payload)
  await payload.kv.set(mark, { done: true })
}

/** Everything but people and mailboxes. */
const clear = async (payload: Payload, mail: MailClient): Promise<void> => {
  const { slugs } = getHelpdesk(payload)
  const kept: SlugKey[] = ['mailboxes']
  const tables = (Object.keys(slugs) as SlugKey[])
    .filter((key) => !kept.includes(key))
    .map((key) => tableOf(payload, slugs[key]))
  await sqlOf({ payload }).query(`truncate ${tables.join(', ')} restart identity cascade`)
  await mail.clear()
  if (process.env.HELPDESK_ATTACHMENTS)
    rmSync(process.env.HELPDESK_ATTACHMENTS, { recursive: true, force: true })
}
