'use client'
import type { DocID } from '../../collections/types.js'
import { useDesk } from '../desk/Desk.js'
import { useServerText } from '../desk/useText.js'
import { Icon } from '../elements/icons.js'
import { Moment } from '../elements/Moment.js'
import { useInbox } from './InboxContext.js'

/** What keeps mail from coming or going, over everything, with what to do. */
export const Banner = () => {
  const { text, isManager, adminUrl, slugs } = useDesk()
  const serverText = useServerText()
  const { overview } = useInbox()
  if (!overview || (overview.firstRun && !overview.mailboxes.length)) return null
  const mailboxes = overview.mailboxes.filter(({ archived }) => !archived)
  const ill = mailboxes.filter(({ health }) => health === 'failing' || health === 'needsPassword')
  const limited = mailboxes.find(({ problemCode }) => problemCode === 'siteLimit')
  // The limit is the whole site's: one line says it.
  const troubled = [
    ...(limited ? [limited] : []),
    ...mailboxes.filter(({ problemCode }) => problemCode === 'sentCopy'),
  ]
  const { worker } = overview
  if (worker.alive && !worker.failing.length && !ill.length && !troubled.length) return null
  const open = (id: DocID) =>
    isManager && (
      <a className="hd-button hd-button--small" href={adminUrl(`/collections/${slugs.mailboxes}/${id}`)}>
        {text('banner:openMailbox')}
      </a>
    )
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
          {open(id)}
        </p>
      ))}
      {troubled.map(({ id, name, problem, problemCode }) => (
        <p key={id}>
          <Icon name="warning" />
          <span>
            <strong>{text(`banner:${problemCode as 'siteLimit'}`, { name })}</strong> {problem}{' '}
            {serverText({ section: 'mailAdvice', key: problemCode ?? '', fallback: '' })}
          </span>
          {open(id)}
        </p>
      ))}
      {worker.failing.map(({ slice, since }) => (
        <p key={slice}>
          <Icon name="warning" />
          <span>
            <strong>
              {text('banner:workFails', {
                work: serverText({ section: 'work', key: slice.replace(/:watch$/, ''), fallback: slice }),
              })}
            </strong>{' '}
            {text('banner:since')} <Moment at={since} />. {text('banner:workHint')}
          </span>
        </p>
      ))}
    </div>
  )
}
