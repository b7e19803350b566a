import type { PayloadRequest } from 'payload'
import { scopeSQL, ticketScope } from '../../collections/access/scope.js'
import { searchedContact } from '../../collections/indexes.js'
import { sqlOf } from '../../core/database.js'
import type { ContactHits } from '../api.js'
import { matches } from './searchHits.js'
import { beginningOf, readSearch } from './searchTerms.js'
import { binder, tablesOf } from './tables.js'

const maxCandidates = 200
const shown = 10

/** Contacts by the beginning of their name, company or address; only those whom the caller may see. */
export const findContacts = async (req: PayloadRequest, search: string): Promise<ContactHits> => {
  const terms = readSearch(search)
  if (!terms) return { contacts: [] }
  const scope = await ticketScope(req)
  const { contacts, contactAddresses, tickets } = tablesOf(req.payload)
  const values: unknown[] = []
  const bind = binder(values)
  const byAddress = terms.address
    ? `union (select a.contact_id from ${contactAddresses} a where a.address like ${bind(beginningOf(terms.address))} limit ${maxCandidates})`
    : ''
  const seen =
    scope.sees === 'all'
      ? 'true'
      : `(c.owner_id = ${bind(req.user!.id)} or exists (select 1 from ${tickets} t where t.contact_id = c.id
           and ${scopeSQL({ req, scope, alias: 't', values })}))`
  const { rows } = await sqlOf(req).query<ContactHits['contacts'][number]>(
    `with found as (
       (select c.id from ${contacts} c where ${matches({ in: searchedContact('c'), terms, values, words: `to_tsquery('simple', ${bind(terms.words)})` })} limit ${maxCandidates})
       ${byAddress}
     )
     select c.id, coalesce(c.name, '') as name, coalesce(a.address, '') address
     from found join ${contacts} c on c.id = found.id
     join lateral (select coalesce(nullif(a.display, ''), a.address) address from ${contactAddresses} a
       where a.contact_id = c.id order by a.created_at, a.id limit 1) a on true
     where coalesce(c.archived, false) = false and ${seen}
     order by lower(c.name), c.id limit ${shown}`,
    values,
  )
  return { contacts: rows }
}
