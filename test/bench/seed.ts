import type pg from 'pg'
import { makeRandom } from '../faults/mails.js'
import { vocabulary } from './words.js'

export type Seeded = {
  /** Tickets that the agent who measures sees, of all ages. */
  visible: number[]
  /** What the agent looks for: common and rare words, two at once, a beginning, a person, an address, a number. */
  searches: string[]
  /** One that stands in about every twentieth message, one in a handful of all, and one in none. */
  words: { frequent: string; rare: string; absent: string }
}

/** Fills the help desk by SQL as years of mail would: most of it closed, some of it open. */
export const seedTickets = async (args: { client: pg.Client; tickets: number }): Promise<Seeded> => {
  const { client, tickets } = args
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `select i.relname name, pg_get_indexdef(i.oid) definition from pg_index x join pg_class i on i.oid = x.indexrelid
     where i.relnamespace = 'public'::regnamespace
       and not x.indisunique`,
  )
  // An index is made in a fraction of the time when its rows are there.
  for (const { name } of indexes) await client.query(`drop index "${name}"`)
  await client.query(`set synchronous_commit = off`)
  await client.query(`set maintenance_work_mem = '512MB'`)
  // Rows that point at each other; what they point at is there in the end.
  await client.query(`set session_replication_role = replica`)
  await client.query(`select setseed(0.5)`)
  await client.query('create table bench_words (n int primary key, sentence text, word text)')
  const random = makeRandom(21)
  const pick = (): string => vocabulary[Math.floor(random() ** 3 * vocabulary.length)]!
  const sentences = Array.from({ length: sentenceCount }, () =>
    Array.from({ length: 7 + Math.floor(random() * 10) }, pick).join(' '),
  )
  await client.query(
    `insert into bench_words select n, s, w from unnest($1::text[], $2::text[]) with ordinality as t (s, w, n)`,
    [sentences, sentences.map(pick)],
  )
  await client.query(functions)
  await client.query('create table bench_texts (i int primary key, text text)')
  await client.query(
    `insert into bench_texts select n, bench_text(3 + n % 8) from generate_series(1, ${textCount}) n`,
  )
  await client.query('analyze bench_words, bench_texts')
  for (const statement of statements(tickets)) await client.query(statement)
  await client.query(
    `update messages set text = text || ' ${rare}' where id in (select id from messages order by md5(id::text) limit 5)`,
  )
  for (const { definition } of indexes) await client.query(definition)
  await client.query(`set session_replication_role = origin`)
  await client.query(
    'drop function bench_text(int), bench_word(), bench_pick(int); drop table bench_words, bench_texts',
  )
  await client.query('vacuum analyze')
  return read(client)
}

const rare = 'quokkarium'
const absent = 'nothinghasthisword'

/** Messages are put together of these; each is of 7 to 16 words. */
const sentenceCount = 50_000

/** Of three to ten sentences; a large number of tickets has some of them several times. */
const textCount = 100_000

const functions = `
create function bench_pick(upto int) returns int language sql volatile as $$ select 1 + floor(random() * upto)::int $$;
create function bench_text(length int) returns text language sql volatile as $$
  select string_agg(w.sentence, e'.\\n') from (select bench_pick(${sentenceCount}) n from generate_series(1, length)) s
  join bench_words w on w.n = s.n
$$;
create function bench_word() returns text language sql volatile as $$
  select word from bench_words where n = (select bench_pick(${sentenceCount}))
$$;
`

/** When a ticket was opened: evenly over the last three years, the last ones just now. */
const openedAt = (all: number): string =>
  `(now() - interval '1095 days' * (1 - n::float8 / ${all}) - interval '1 hour' * random())`

/** One of the texts for a row; the same each time. */
const someText = (of: string): string => `1 + (hashint8((${of})::bigint) & 2147483647) % ${textCount}`

const statements = (all: number): string[] => {
  const contacts = Math.ceil(all / 4)
  return [
    `insert into contacts (name, company, updated_at, created_at)
     select initcap(bench_word() || ' ' || bench_word() || ' ' || n), '', now(), now() from generate_series(1, ${contacts}) n`,
    `insert into helpdesk_contact_addresses (contact_id, address, display, state, created_at)
     select id, lower(replace(name, ' ', '.')) || '@example.com', lower(replace(name, ' ', '.')) || '@example.com', 'ok', now() from contacts`,
    `insert into tickets (number, subject, status, priority, mailbox_id, contact_id, assignee_id, source, requester_address,
       requester_verified, waiting_since, last_activity_at, last_customer_message_at, last_agent_message_at, first_response_at,
       resolved_at, closed_at, message_count, preview, reply_key, updated_at, created_at)
     select n, split_part(b.text, '.', 1), s.status::enum_tickets_status,
       (case when random() < 0.1 then 'high' else 'normal' end)::enum_tickets_priority, m.ids[bench_pick(array_length(m.ids, 1))],
       a.contact_id, case when random() < (case s.status when 'open' then 0.6 else 0.95 end) then u.ids[bench_pick(array_length(u.ids, 1))] end,
       'email', a.address, false, o.at + interval '2 hours', o.at + interval '2 hours', o.at + interval '2 hours',
       o.at + interval '1 hour', o.at + interval '1 hour', case when s.status in ('resolved', 'closed') then o.at + interval '3 hours' end,
       case when s.status = 'closed' then o.at + interval '7 days' end, 3, left(b.text, 120), md5(n::text || random()), o.at, o.at
     from generate_series(1, ${all}) n
     join bench_texts b on b.i = ${someText('n')}
     cross join lateral (select ${openedAt(all)} at) o
     cross join lateral (select case when n % 50 = 0 then 'open' when n % 50 = 1 then 'pending' when n % 50 < 6 then 'resolved' else 'closed' end status) s
     join (select row_number() over (order by id) - 1 place, contact_id, address from helpdesk_contact_addresses) a
       on a.place = (n::bigint * 7919) % ${contacts}
     cross join (select array_agg(id order by id) ids from mailboxes) m
     cross join (select array_agg(id order by id) ids from users where helpdesk_role is not null) u`,
    `insert into helpdesk_participants (ticket_id, contact_id, address, name, role, accepted, link_version, created_at)
     select t.id, t.contact_id, t.requester_address, c.name, 'requester', true, 1, t.created_at
     from tickets t join contacts c on c.id = t.contact_id`,
    `insert into messages (id, inbound_email_id, ticket_id, kind, visibility, author_id, contact_id, from_name, from_address, recipients, subject, preview, html,
       text, quoted_text, message_id, message_id_hash, "references", delivery, sent_date, created_at)
     select (t.id - 1) * 3 + k, case when k <> 2 then (t.id - 1) * 3 + k end, t.id, case k when 2 then 'reply' else 'customer' end, 'customer', case k when 2 then u.id end,
       case when k <> 2 then t.contact_id end, case k when 2 then 'Support' else c.name end,
       case k when 2 then 'support@acme.test' else t.requester_address end, '[]'::jsonb, t.subject, left(b.text, 120),
       case when t.id % 3 = 0 or k = 2 then '<p>' || replace(b.text, e'\\n', '</p><p>') || '</p>' else '' end, b.text,
       case when k > 1 then '> ' || left(b.text, 150) else '' end, '<' || t.id || '.' || k || '@example.com>', md5(t.id || '.' || k), '[]'::jsonb,
       case k when 2 then 'sent' end, t.created_at + interval '1 hour' * (k - 1), t.created_at + interval '1 hour' * (k - 1)
     from tickets t join contacts c on c.id = t.contact_id cross join generate_series(1, 3) k
     join bench_texts b on b.i = ${someText('t.id * 3 + k')}
     left join users u on u.id = coalesce(t.assignee_id, (select min(id) from users))
     order by t.id, k`,
    `insert into helpdesk_inbound_emails (id, mailbox_id, folder, uid_validity, uid, size, state, verdict, reason, explanation, attempts,
       from_address, subject, internet_message_id, ticket_id, message_id, created_at, done_at)
     select m.id, t.mailbox_id, 'INBOX', 1, m.id, 2000, 'done', 'opened', 'newTicket', 'Nothing in it points to an earlier ticket.', 1,
       m.from_address, m.subject, m.message_id, t.id, m.id, m.created_at, m.created_at
     from messages m join tickets t on t.id = m.ticket_id where m.kind = 'customer'`,
    ...['messages', 'helpdesk_inbound_emails'].map(
      (table) => `select setval(pg_get_serial_sequence('${table}', 'id'), (select max(id) from ${table}))`,
    ),
    `insert into helpdesk_outbound_emails (mailbox_id, ticket_id, message_id, kind, automatic, state, due_at, attempts, sending_attempts,
       recipients, subject, internet_message_id, message_id_hash, "references", sent_at, unique_key, created_at)
     select t.mailbox_id, t.id, m.id, 'reply', false, 'sent', m.created_at, 1, 0,
       jsonb_build_array(jsonb_build_object('name', c.name, 'address', t.requester_address, 'role', 'to', 'state', 'sent')),
       m.subject, m.message_id, m.message_id_hash, '[]'::jsonb, m.created_at, 'reply:' || m.id, m.created_at
     from messages m join tickets t on t.id = m.ticket_id join contacts c on c.id = t.contact_id where m.kind = 'reply'`,
    `insert into helpdesk_activities (kind, created_at, ticket_id, message_id, contact_id, actor_id, actor_kind, mailbox_id, mailbox_before_id,
       assignee_id, assignee_before_id, status, status_before, data)
     select case m.kind when 'reply' then 'agentReplied' else case when m.created_at = t.created_at then 'ticketOpened' else 'customerReplied' end end,
       m.created_at, t.id, m.id, t.contact_id, m.author_id, case m.kind when 'reply' then 'agent' else 'customer' end, t.mailbox_id, t.mailbox_id,
       t.assignee_id, t.assignee_id, t.status::text, t.status::text, '{}'::jsonb
     from messages m join tickets t on t.id = m.ticket_id order by m.id`,
    `insert into helpdesk_activities (kind, created_at, ticket_id, actor_id, actor_kind, mailbox_id, mailbox_before_id, assignee_id, status, status_before, data)
     select 'assigned', created_at + interval '30 minutes', id, assignee_id, 'agent', mailbox_id, mailbox_id, assignee_id, status::text, status::text, '{}'::jsonb
     from tickets where assignee_id is not null`,
    `insert into helpdesk_read_states (agent_id, ticket_id, read_at)
     select u.id, t.id, t.last_activity_at from tickets t join users u on u.id = t.assignee_id where t.status <> 'open'`,
    `insert into helpdesk_counters (key, value) values ('ticket-number', ${all})
     on conflict (key) do update set value = excluded.value`,
  ]
}

const read = async (client: pg.Client): Promise<Seeded> => {
  const one = async (sql: string): Promise<string> =>
    String(Object.values((await client.query<Record<string, unknown>>(sql)).rows[0]!)[0])
  const agent = `(select id from users where helpdesk_role = 'agent' order by id limit 1)`
  const { rows } = await client.query<{ id: number }>(
    `select id from tickets where assignee_id = ${agent} order by md5(id::text) limit 40`,
  )
  const mine = `from tickets where assignee_id = ${agent} order by id desc limit 1`
  return {
    visible: rows.map(({ id }) => id),
    searches: [
      'refund',
      'broken zipper',
      vocabulary[3000]!,
      vocabulary[5990]!,
      `${vocabulary[200]} ${vocabulary[900]}`,
      'deliv',
      await one(`select (select name from contacts where id = contact_id) ${mine}`),
      await one(`select split_part(requester_address, '@', 1) ${mine}`),
      await one(`select number::int ${mine}`),
      absent,
    ],
    words: { frequent: await frequentWord(client), rare, absent },
  }
}

/** The word whose share of the messages is nearest to a twentieth. */
const frequentWord = async (client: pg.Client): Promise<string> => {
  const { rows } = await client.query<{ word: string }>(
    `with sample as (select id, text from messages order by md5(id::text) limit 3000),
       words as (select id, unnest(tsvector_to_array(to_tsvector('simple', text))) word from sample)
     select word from words where length(word) > 3 group by word order by abs(count(*) - 150), word limit 1`,
  )
  return rows[0]!.word
}
