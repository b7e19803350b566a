'use client'
import { useEffect, useRef, useState } from 'react'
import { views } from '../../rules/views.js'
import { useDesk } from '../desk/Desk.js'
import { useKeys } from '../desk/keys.js'
import { countFilters } from '../desk/place.js'
import { Icon } from '../elements/icons.js'
import { useInbox } from '../Inbox/InboxContext.js'
import { ViewPicker } from '../Views/ViewPicker.js'
import { Filters } from './Filters.js'

/** A search runs when the typing pauses this long. */
const pauseMs = 250

/** Search, filters and the name of what is listed. */
export const ListHead = ({ onNew, onKeys }: { onNew: () => void; onKeys: () => void }) => {
  const { text } = useDesk()
  const { place, go, overview } = useInbox()
  const field = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState(place.search)
  const [hasFilters, setFilters] = useState(false)
  const filters = countFilters(place)
  const mailbox = overview?.mailboxes.find(({ id }) => String(id) === place.mailbox)

  useKeys({ '/': () => field.current?.focus() })

  // A space at the end is about to be followed by a word.
  useEffect(() => setTyped((now) => (now.trim() === place.search ? now : place.search)), [place.search])
  useEffect(() => {
    if (typed.trim() === place.search) return
    const timer = setTimeout(() => go({ search: typed.trim() }, { replace: Boolean(place.search) }), pauseMs)
    return () => clearTimeout(timer)
  }, [typed, place.search, go])

  return (
    <div className="hd-list-head">
      <div className="hd-list-head__top">
        <div className="hd-narrow-only">
          <ViewPicker onKeys={onKeys} />
        </div>
        <search className="hd-search">
          <Icon name="search" size={15} />
          <input
            ref={field}
            type="search"
            aria-label={text('inbox:searchHint')}
            aria-keyshortcuts="/"
            placeholder={text('inbox:searchHint')}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') {
                event.preventDefault()
                if (typed) setTyped('')
                else field.current?.blur()
              }
            }}
          />
          {typed ? (
            <button
              type="button"
              className="hd-icon-button"
              aria-label={text('inbox:clearSearch')}
              onClick={() => setTyped('')}
            >
              <Icon name="close" size={13} />
            </button>
          ) : (
            <span className="hd-key" aria-hidden="true">
              /
            </span>
          )}
        </search>
        <button
          type="button"
          className={`hd-icon-button${filters ? ' hd-icon-button--on' : ''}`}
          aria-expanded={hasFilters}
          aria-label={filters ? text('filter:active', { count: filters }) : text('filter:title')}
          title={text('filter:title')}
          onClick={() => setFilters(!hasFilters)}
        >
          <Icon name="filter" />
          {filters > 0 && <span className="hd-icon-button__count">{filters}</span>}
        </button>
        <button
          type="button"
          className="hd-icon-button hd-narrow-only"
          aria-label={text('newTicket:title')}
          title={text('newTicket:title')}
          onClick={onNew}
        >
          <Icon name="plus" />
        </button>
      </div>
      {hasFilters && <Filters />}
      <div className="hd-list-head__title">
        <h2>
          {place.search ? text('inbox:results') : text(`view:${place.view}`)}
          {mailbox && <span className="hd-list-head__mailbox"> · {mailbox.name}</span>}
        </h2>
        {!place.search && (
          <span className="hd-list-head__order">{text(`inbox:order:${views[place.view].order}`)}</span>
        )}
      </div>
    </div>
  )
}
