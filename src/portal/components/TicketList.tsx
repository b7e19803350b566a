import type { PortalPage } from '../page.js'
import { listTickets, type PortalFilter } from '../tickets.js'
import { Act, Moment, StatusBadge } from './elements.js'

type OnPage = { page: PortalPage }

const filterOf = ({ param, mailbox }: PortalPage): PortalFilter & { page: number } => {
  const status = param('status')
  return {
    mailbox,
    search: param('q').slice(0, 100),
    status: status === 'active' || status === 'closed' ? status : '',
    page: Math.max(1, Number.parseInt(param('p'), 10) || 1),
  }
}

const Search = ({ page, filter }: OnPage & { filter: PortalFilter }) => {
  const { words } = page
  const choices = { '': words.all, active: words.active, closed: words.closed }
  return (
    <search>
      <form className="hdp-search" action={page.page} method="get">
        {[...new URLSearchParams(page.page.split('?')[1])].map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <label className="hdp-hidden" htmlFor="hdp-q">
          {words.searchHint}
        </label>
        <input
          id="hdp-q"
          name="q"
          type="search"
          defaultValue={filter.search}
          placeholder={words.searchHint}
        />
        <label className="hdp-hidden" htmlFor="hdp-status">
          {words.filter}
        </label>
        <select id="hdp-status" name="status" defaultValue={filter.status}>
          {Object.entries(choices).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <button type="submit" className="hdp-button hdp-button--quiet">
          {words.search}
        </button>
      </form>
    </search>
  )
}

/** The customer's own requests. */
export const TicketList = async ({ page }: OnPage) => {
  const { req, caller, words, fill, link } = page
  const filter = filterOf(page)
  const { tickets, hasMore } = await listTickets({ req, caller, filter })
  const isFiltered = Boolean(filter.search || filter.status)
  const at = (p: number) =>
    link({
      ...(filter.search && { q: filter.search }),
      ...(filter.status && { status: filter.status }),
      p: String(p),
    })
  return (
    <section aria-labelledby="hdp-requests">
      <div className="hdp-head">
        <h2 id="hdp-requests">{words.requests}</h2>
        <a className="hdp-button" href={link({ new: '1' })}>
          {words.newRequest}
        </a>
      </div>
      {(tickets.length > 0 || isFiltered || filter.page > 1) && <Search page={page} filter={filter} />}
      {tickets.length ? (
        <ul className="hdp-list">
          {tickets.map((ticket) => (
            <li key={String(ticket.id)}>
              <a href={link({ ticket: String(ticket.number) })}>
                <span className="hdp-list__subject">
                  <bdi>{ticket.subject || fill(words.number, { number: ticket.number })}</bdi>
                </span>
                <StatusBadge page={page} status={ticket.status} />
                <span className="hdp-hint">
                  <bdi dir="ltr">#{ticket.number}</bdi> · <Moment page={page} at={ticket.updatedAt} />
                </span>
              </a>
            </li>
          ))}
        </ul>
      ) : (
        <p className="hdp-empty">{isFiltered ? words.noneFound : words.none}</p>
      )}
      <nav className="hdp-pages">
        {filter.page > 1 && <a href={at(filter.page - 1)}>{words.newer}</a>}
        {hasMore && <a href={at(filter.page + 1)}>{words.older}</a>}
      </nav>
      {caller.kind === 'customer' && (
        <footer className="hdp-foot">
          <span className="hdp-hint">{fill(words.signedInAs, { address: caller.address })}</span>
          {caller.by === 'link' && <Act page={page} path="/sign-out" send={words.signOut} isQuiet />}
        </footer>
      )}
    </section>
  )
}
