'use client'
import type { MouseEvent } from 'react'
import type { ThreadView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { Avatar } from '../elements/Avatar.js'
import { Icon } from '../elements/icons.js'
import { Moment } from '../elements/Moment.js'
import { useInbox } from '../Inbox/InboxContext.js'
import { Addresses } from './Addresses.js'
import { ExtraFields } from './ExtraFields.js'
import { Participants } from './Participants.js'

/** Who wrote, what else they wrote about, and what the site knows of this ticket. */
export const ContactPanel = ({
  thread,
  onClose,
  onChanged,
}: {
  thread: ThreadView
  onClose: () => void
  onChanged: () => void
}) => {
  const { text, adminUrl, slugs } = useDesk()
  const { go, link } = useInbox()
  const { contact, ticket } = thread
  const name = contact.name || ticket.requester.name || ticket.requester.address

  const follow = (id: string) => (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey) return
    event.preventDefault()
    go({ ticket: id })
  }
  const others = contact.tickets.filter(({ id }) => id !== ticket.id)
  const openOthers = contact.openTickets - (ticket.status === 'open' ? 1 : 0)
  return (
    <aside className="hd-contact" aria-label={text('contactPanel:title')} tabIndex={-1}>
      <div className="hd-contact__head">
        <Avatar name={name} />
        <div className="hd-contact__who">
          <h2>
            <a
              href={adminUrl(`/collections/${slugs.contacts}/${contact.id}`)}
              title={text('contactPanel:open')}
            >
              <bdi>{name}</bdi>
            </a>
          </h2>
          {contact.company && <p>{contact.company}</p>}
        </div>
        <button
          type="button"
          className="hd-icon-button"
          aria-label={text('desk:close')}
          title={text('desk:close')}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </div>

      <section>
        <Addresses thread={thread} onChanged={onChanged} />
        {!ticket.requesterVerified && (
          <p className="hd-contact__hint">{text('contactPanel:notVerifiedHint')}</p>
        )}
      </section>

      <Participants thread={thread} onChanged={onChanged} />

      <section>
        <h3>
          {text('contactPanel:tickets')}
          {openOthers > 0 && <span>{text('contactPanel:openCount', { count: openOthers })}</span>}
        </h3>
        {others.length ? (
          // biome-ignore lint/a11y/noRedundantRoles: Safari takes the role from lists without bullets
          <ul className="hd-contact__tickets" role="list">
            {others.map((other) => (
              <li key={other.id}>
                <a
                  href={link({ ticket: String(other.id) })}
                  onClick={follow(String(other.id))}
                  title={other.subject}
                >
                  <span className="hd-contact__number">#{other.number}</span>{' '}
                  {other.subject || text('inbox:noSubject')}
                </a>
                <span className={`hd-contact__status hd-contact__status--${other.status}`}>
                  {text(`status:${other.status}`)}
                </span>
              </li>
            ))}
          </ul>
        ) : (
          <p className="hd-contact__none">{text('contactPanel:noTickets')}</p>
        )}
      </section>

      <section>
        <h3>{text('contactPanel:details')}</h3>
        <dl className="hd-facts">
          <div>
            <dt>{text('contactPanel:created')}</dt>
            <dd>
              <Moment at={ticket.createdAt} />
            </dd>
          </div>
          <div>
            <dt>{text('field:firstResponseAt')}</dt>
            <dd>
              {ticket.firstResponseAt ? <Moment at={ticket.firstResponseAt} /> : text('contactPanel:notYet')}
            </dd>
          </div>
          <div>
            <dt>{text('field:source')}</dt>
            <dd>{text(`source:${ticket.source as 'email'}`)}</dd>
          </div>
        </dl>
        <ExtraFields ticket={ticket} />
      </section>
    </aside>
  )
}
