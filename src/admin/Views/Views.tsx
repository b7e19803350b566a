'use client'
import type { MouseEvent } from 'react'
import { countCap, type ViewName, viewNames, views } from '../../rules/views.js'
import type { Overview } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { startPlace } from '../desk/place.js'
import { Icon } from '../elements/icons.js'
import { useInbox } from '../Inbox/InboxContext.js'
import { HealthDot } from './HealthDot.js'

/** A counter, capped. */
export const capped = (count: number | undefined): string =>
  count === undefined ? '' : count > countCap ? `${countCap}+` : String(count)

/** Views that are listed only when they hold something, or are open. */
const shy: ViewName[] = ['problems']

/** The views and mailboxes beside the list. */
export const Views = ({ onNew, onKeys }: { onNew: () => void; onKeys: () => void }) => {
  const { text, isManager, adminUrl, slugs } = useDesk()
  const { place, go, link, overview } = useInbox()

  const follow = (change: Parameters<typeof go>[0]) => (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    go(change)
  }
  const shown = viewNames.filter(
    (name) => !shy.includes(name) || place.view === name || overview?.counts[name],
  )

  return (
    <nav className="hd-views" aria-label={text('inbox:views')}>
      <button type="button" className="hd-button hd-button--primary hd-views__new" onClick={onNew}>
        <Icon name="plus" />
        {text('newTicket:title')}
      </button>
      <ul className="hd-views__list">
        {shown.map((name) => {
          const change = { ...startPlace, view: name, mailbox: place.mailbox }
          const isCurrent = place.view === name && !place.search
          return (
            <li key={name}>
              <a
                href={link(change)}
                className={`hd-view${name === 'problems' ? ' hd-view--bad' : ''}`}
                aria-current={isCurrent ? 'page' : undefined}
                onClick={follow(change)}
              >
                <span>{text(`view:${name}`)}</span>
                {views[name].counts && <Count value={overview?.counts[name]} />}
              </a>
            </li>
          )
        })}
      </ul>
      {Boolean(overview?.mailboxes.length) && (
        <>
          <h2 className="hd-views__title">{text('mailbox:many')}</h2>
          <ul className="hd-views__list">
            {overview?.mailboxes
              .filter((mailbox) => !mailbox.archived)
              .map((mailbox) => {
                const isCurrent = place.mailbox === String(mailbox.id)
                const change = {
                  ...startPlace,
                  view: place.view,
                  mailbox: isCurrent ? '' : String(mailbox.id),
                }
                return (
                  <li key={mailbox.id}>
                    <a
                      href={link(change)}
                      className="hd-view"
                      aria-current={isCurrent ? 'true' : undefined}
                      title={mailbox.problem ?? mailbox.address}
                      onClick={follow(change)}
                    >
                      <HealthDot health={mailbox.health} />
                      <span>{mailbox.name}</span>
                      <Count value={mailbox.open} />
                    </a>
                  </li>
                )
              })}
          </ul>
        </>
      )}
      <div className="hd-views__foot">
        {isManager && Boolean(overview?.quarantined) && (
          <a className="hd-view" href={adminUrl(`/collections/${slugs.tickets}/quarantine`)}>
            <Icon name="shield" />
            <span>{text('quarantine:title')}</span>
            <Count value={overview?.quarantined} />
          </a>
        )}
        <button type="button" className="hd-view" onClick={onKeys} aria-keyshortcuts="?">
          <Icon name="keyboard" />
          <span>{text('keys:short')}</span>
          <kbd>?</kbd>
        </button>
      </div>
    </nav>
  )
}

const Count = ({ value }: { value: number | undefined }) => {
  const { text } = useDesk()
  if (!value) return null
  return (
    <span className="hd-view__count">
      {capped(value)}
      <span className="hd-hidden"> {text('inbox:openTickets')}</span>
    </span>
  )
}

export type MailboxLine = Overview['mailboxes'][number]
