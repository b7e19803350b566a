'use client'
import { useDesk } from '../desk/Desk.js'
import { Icon } from '../elements/icons.js'
import { Moment } from '../elements/Moment.js'
import { useInbox } from './InboxContext.js'

/** What keeps mail from coming or going, over everything, with what to do. */
export const Banner = () => {
  const { text, isManager, adminUrl, slugs } = useDesk()
  const { overview } = useInbox()
  if (!overview || (overview.firstRun && !overview.mailboxes.length)) return null
  const ill = overview.mailboxes.filter(
    ({ health, archived }) => !archived && (health === 'failing' || health === 'needsPassword'),
  )
  const { worker } = overview
  if (worker.alive && !ill.length) return null
  return (
    <div className="hd-banner" role="alert">
      {!worker.alive && (
        <p>
          <Icon name="warning" />
          <span>
            <strong>{text(worker.lastRunAt ? 'banner:workerStopped' : 'banner:workerNever')}</strong>{' '}
            {worker.lastRunAt && (
              <>
                {text('banner:lastRun')} <Moment at={worker.lastRunAt} />.{' '}
              </>
            )}
            {text(isManager ? 'banner:workerHint' : 'banner:tellManager')}
          </span>
        </p>
      )}
      {ill.map(({ id, name, health, problem }) => (
        <p key={id}>
          <Icon name="warning" />
          <span>
            <strong>{text(`banner:${health as 'failing'}`, { name })}</strong>{' '}
            {problem ?? text('banner:tellManager')}
          </span>
          {isManager && (
            <a
              className="hd-button hd-button--small"
              href={adminUrl(`/collections/${slugs.mailboxes}/${id}`)}
            >
              {text('banner:openMailbox')}
            </a>
          )}
        </p>
      ))}
    </div>
  )
}
