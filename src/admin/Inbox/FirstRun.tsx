'use client'
import { useDesk } from '../desk/Desk.js'
import { Icon } from '../elements/icons.js'
import { useInbox } from './InboxContext.js'

/** From nothing to the first ticket, step by step, with what is done already ticked off. */
export const FirstRun = () => {
  const { text, isManager, adminUrl, slugs, setPreferences } = useDesk()
  const { overview } = useInbox()
  if (!overview) return null
  const mailbox = overview.mailboxes.find(({ archived }) => !archived)
  const mailboxUrl = adminUrl(`/collections/${slugs.mailboxes}/${mailbox ? mailbox.id : 'create'}`)
  const isTested = Boolean(mailbox && mailbox.health === 'ok' && mailbox.canSend)
  const steps = [
    { key: 'mailbox', done: Boolean(mailbox), url: mailboxUrl },
    { key: 'test', done: isTested, url: mailbox ? mailboxUrl : null },
    { key: 'mail', done: false, url: mailbox ? `mailto:${mailbox.address}` : null },
    { key: 'agent', done: overview.agents.length > 1, url: adminUrl(`/collections/${slugs.users}`) },
  ] as const
  const next = steps.find(({ done }) => !done)?.key
  return (
    <section className="hd-first" aria-labelledby="hd-first-title">
      <Icon name="inbox" size={34} />
      <h1 id="hd-first-title">{text('firstRun:title')}</h1>
      <p>{text(isManager ? 'firstRun:hint' : 'firstRun:askManager')}</p>
      {isManager && (
        <ol>
          {steps.map(({ key, done, url }) => (
            <li
              key={key}
              className={done ? 'hd-first__done' : ''}
              aria-current={next === key ? 'step' : undefined}
            >
              <span className="hd-first__mark">{done ? <Icon name="check" size={14} /> : null}</span>
              <div>
                <h2>
                  {text(`firstRun:${key}`)}
                  {done && <span className="hd-hidden"> – {text('firstRun:done')}</span>}
                </h2>
                <p>{text(`firstRun:${key}Hint`, { address: mailbox?.address ?? '' })}</p>
              </div>
              {url && !done && (
                <a className={`hd-button${next === key ? ' hd-button--primary' : ''}`} href={url}>
                  {text(`firstRun:${key}Do`)}
                </a>
              )}
            </li>
          ))}
        </ol>
      )}
      {isManager && mailbox && (
        <button
          type="button"
          className="hd-button hd-button--quiet"
          onClick={() => setPreferences({ firstRunDone: true })}
        >
          {text('firstRun:skip')}
        </button>
      )}
    </section>
  )
}
