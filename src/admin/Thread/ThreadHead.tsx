'use client'
import type { MouseEvent } from 'react'
import type { ThreadView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { Icon } from '../elements/icons.js'
import { useInbox } from '../Inbox/InboxContext.js'
import { Pickers } from './Pickers.js'
import { Subject } from './Subject.js'
import { ThreadMenu } from './ThreadMenu.js'

type ThreadHeadProps = {
  thread: ThreadView
  onBack: () => void
  isContactOpen: boolean
  onContact: () => void
}

/** The ticket's name and facts over its thread. */
export const ThreadHead = ({ thread, onBack, isContactOpen, onContact }: ThreadHeadProps) => {
  const { text } = useDesk()
  const { go, link } = useInbox()
  const { ticket } = thread
  const related = ticket.followUpOf ?? ticket.relatedTo
  const openRelated = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || !related) return
    event.preventDefault()
    go({ ticket: String(related.id) })
  }
  return (
    <div className="hd-thread-head">
      <div className="hd-thread-head__line">
        <button
          type="button"
          className="hd-icon-button hd-thread-head__back"
          aria-label={text('thread:back')}
          title={`${text('thread:back')} (Esc)`}
          onClick={onBack}
        >
          <Icon name="back" />
        </button>
        <Subject ticket={ticket} />
        <div className="hd-thread-head__acts">
          <button
            type="button"
            className={`hd-icon-button hd-contact-toggle${isContactOpen ? ' hd-icon-button--on' : ''}`}
            aria-expanded={isContactOpen}
            aria-label={text('contactPanel:toggle')}
            title={text('contactPanel:toggle')}
            onClick={onContact}
          >
            <Icon name="panel" />
          </button>
          <ThreadMenu thread={thread} />
        </div>
      </div>
      <Pickers thread={thread} />
      {related && (
        <p className="hd-related">
          <Icon name="link" size={13} />
          {text(ticket.followUpOf ? 'thread:followUpOf' : 'thread:relatedTo')}{' '}
          <a href={link({ ticket: String(related.id) })} onClick={openRelated}>
            #{related.number} {related.subject}
          </a>
        </p>
      )}
    </div>
  )
}
