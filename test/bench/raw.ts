import type pg from 'pg'

/** What a mail writes when it becomes a ticket, in the order in which the rows may be written. */
const tables = [
  'contacts',
  'helpdesk_contact_addresses',
  'tickets',
  'messages',
  'helpdesk_participants',
  'helpdesk_activities',
  'helpdesk_mail_keys',
  'helpdesk_attachments',
]

const batch = 25

/**
 * Mails a second where nothing is done but to write the rows that the last mails have become: the same batches, each
 * in a transaction, one statement a table. What Postgres alone would allow.
 */
export const rawRate = async (client: pg.Client, mails: number): Promise<number> => {
  const steps = Math.ceil(mails / batch)
  const parts: string[][] = Array.from({ length: steps }, () => [])
  const names: string[] = []
  for (const table of tables) {
    const { rows: known } = await client.query(`select to_regclass($1) name`, [table])
    if (!known[0]?.name) throw new Error(`There is no table ${table}.`)
    names.push(table)
    const { rows } = await client.query<{ row: object }>(
      `select to_jsonb(t) row from (select * from "${table}" order by id desc limit ${mails}) t order by id`,
    )
    for (let step = 0; step < steps; step++) {
      const share = rows.slice(
        Math.floor((step * rows.length) / steps),
        Math.floor(((step + 1) * rows.length) / steps),
      )
      parts[step]!.push(JSON.stringify(share.map(({ row }) => row)))
    }
  }
  await client.query(`truncate ${names.map((table) => `"${table}"`).join(', ')} cascade`)
  // Shares of two tables do not fit each other to the row: foreign keys are not checked.
  await client.query(`set session_replication_role = replica`)
  const began = performance.now()
  for (const part of parts) {
    await client.query('begin')
    for (const [index, table] of names.entries())
      await client.query(
        `insert into "${table}" select * from jsonb_populate_recordset(null::"${table}", $1::jsonb)`,
        [part[index]],
      )
    await client.query('commit')
  }
  const seconds = (performance.now() - began) / 1000
  await client.query(`set session_replication_role = origin`)
  return mails / seconds
}
