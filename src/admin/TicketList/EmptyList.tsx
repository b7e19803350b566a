'use client'
import { useDesk } from '../desk/Desk.js'
import { countFilters, startPlace } from '../desk/place.js'
import { Icon } from '../elements/icons.js'
import { useInbox } from '../Inbox/InboxContext.js'

/** What a list without lines says, and what to do about it. */
export const EmptyList = ({ isFirstRun }: { isFirstRun: boolean }) => {
  const { text } = useDesk()
  const { place, go } = useInbox()
  const isNarrowed = Boolean(place.search) || countFilters(place) > 0
  if (isFirstRun) return <p className="hd-empty__words hd-empty--first">{text('inbox:empty:first')}</p>
  return (
    <div className="hd-empty">
      <Icon name={place.search ? 'search' : 'inbox'} size={28} />
      <p className="hd-empty__title">{isNarrowed ? text('inbox:empty:noHits') : text('inbox:empty:title')}</p>
      <p className="hd-empty__words">
        {isNarrowed ? text('inbox:empty:tryOther') : text(`inbox:empty:${place.view}`)}
      </p>
      {isNarrowed && (
        <button type="button" className="hd-button" onClick={() => go({ ...startPlace, view: place.view })}>
          {text(place.search ? 'inbox:clearSearch' : 'filter:clear')}
        </button>
      )}
    </div>
  )
}
