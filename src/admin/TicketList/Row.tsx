'use client'
import type { MouseEvent } from 'react'
import { useDesk } from '../desk/Desk.js'
import { Avatar } from '../elements/Avatar.js'
import { Badge } from '../elements/Badge.js'
import { Icon } from '../elements/icons.js'
import { Hits } from '../elements/Linked.js'
import { Moment } from '../elements/Moment.js'
import { useInbox } from '../Inbox/InboxContext.js'
import type { ListRow } from './rows.js'

/** Longer than this without an answer is marked: a day, the promise most desks make. */
const lateMs = 24 * 3_600_000

/** A line of the list: what is always of interest, and what departs from the usual. */
export const Row = ({ row }: { row: ListRow }) => {
  const { text, me } = useDesk()
  const { place, go, link } = useInbox()
  const id = String(row.id)
  const isCurrent = place.ticket === id
  const name = row.requester.name || row.requester.address
  const isLate = row.status === 'open' && Date.now() - Date.parse(row.waitingSince) > lateMs
  const isSearch = Boolean(place.search)

  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    go({ ticket: id })
  }
  return (
    <a
      href={link({ ticket: id })}
      className={`hd-row${row.unread ? ' hd-row--unread' : ''}${row.hasLeft ? ' hd-row--left' : ''}`}
      aria-current={isCurrent ? 'true' : undefined}
      data-ticket={id}
      onClick={follow}
    >
      <span className="hd-row__unread">
        {row.unread && <span className="hd-hidden">{text('inbox:unread')}</span>}
      </span>
      <span className="hd-row__who">
        <bdi>{name}</bdi>
        {row.messageCount > 1 && (
          <span className="hd-row__count" title={text('inbox:messages', { count: row.messageCount })}>
            {row.messageCount}
          </span>
        )}
      </span>
      <span className={`hd-row__age${isLate ? ' hd-row__age--late' : ''}`}>
        {row.hasAttachments && (
          <span
            className="hd-row__clip"
            role="img"
            aria-label={text('inbox:hasFiles')}
            title={text('inbox:hasFiles')}
          >
            <Icon name="clip" size={13} />
          </span>
        )}
        <Moment at={row.waitingSince} as="age" />
      </span>
      <span className="hd-row__subject" dir="auto">
        {row.subject || text('inbox:noSubject')}
      </span>
      <span className="hd-row__preview" dir="auto">
        {row.hit ? <Hits passage={row.hit} /> : row.preview}
      </span>
      {row.assignee && (
        <span className="hd-row__assignee">
          <Avatar
            small
            kind="agent"
            name={row.assignee.name}
            title={
              row.assignee.id === me.id
                ? text('inbox:assignedToMe')
                : text('inbox:assignedTo', { name: row.assignee.name })
            }
          />
        </span>
      )}
      <span className="hd-row__marks">
        {(isSearch || row.status !== 'open') && (
          <Badge tone={row.status}>{text(`status:${row.status}`)}</Badge>
        )}
        {row.priority !== 'normal' && (
          <Badge tone={row.priority === 'urgent' ? 'bad' : row.priority === 'high' ? 'warn' : 'plain'}>
            {text(`priority:${row.priority}`)}
          </Badge>
        )}
        {row.deliveryProblem && <Badge tone="bad">{text('inbox:notDelivered')}</Badge>}
        {!row.requesterVerified && <Badge tone="warn">{text('inbox:notVerified')}</Badge>}
        {row.possiblyRelated && <Badge>{text('inbox:possiblyRelated')}</Badge>}
        {row.automatic && <Badge>{text('inbox:automatic')}</Badge>}
      </span>
    </a>
  )
}
