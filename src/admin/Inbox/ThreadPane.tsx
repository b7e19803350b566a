'use client'
import { useRef } from 'react'
import { Composer, type ComposerHandle } from '../Composer/Composer.js'
import { useDesk } from '../desk/Desk.js'
import { useKeys } from '../desk/keys.js'
import { Icon } from '../elements/icons.js'
import { Spinner } from '../elements/Spinner.js'
import { Thread } from '../Thread/Thread.js'
import { ThreadHead } from '../Thread/ThreadHead.js'
import type { OpenThread } from '../Thread/useThread.js'
import { useInbox } from './InboxContext.js'

type ThreadPaneProps = { open: OpenThread; isContactOpen: boolean; onContact: () => void }

/** The open ticket, or why there is none. */
export const ThreadPane = ({ open, isContactOpen, onContact }: ThreadPaneProps) => {
  const { text, explain } = useDesk()
  const { place, go } = useInbox()
  const composer = useRef<ComposerHandle>(null)
  const back = () => go({ ticket: null })
  useKeys({ Escape: place.ticket ? back : undefined })

  const { thread, error, isGone, isLoading, reload, loadEarlier } = open
  if (isGone || error) {
    return (
      <div className="hd-pane__none" role="alert">
        <Icon name={isGone ? 'eye' : 'warning'} size={28} />
        <p className="hd-empty__title">{isGone ? text('thread:gone') : explain(error)}</p>
        {isGone ? (
          <p className="hd-empty__words">{text('thread:goneHint')}</p>
        ) : (
          <button type="button" className="hd-button" onClick={() => void reload()}>
            {text('desk:again')}
          </button>
        )}
        <button type="button" className="hd-button" onClick={back}>
          {text('thread:back')}
        </button>
      </div>
    )
  }
  if (!thread) {
    return (
      <div className="hd-pane__none">
        {isLoading ? (
          <Spinner label={text('desk:loading')} />
        ) : (
          <>
            <Icon name="inbox" size={28} />
            <p className="hd-empty__title">{text('thread:none')}</p>
            <p className="hd-empty__words">{text('thread:noneHint')}</p>
          </>
        )}
      </div>
    )
  }
  return (
    <>
      <ThreadHead thread={thread} onBack={back} isContactOpen={isContactOpen} onContact={onContact} />
      <Thread
        thread={thread}
        loadEarlier={loadEarlier}
        onChanged={() => void reload()}
        onUndone={(draft) => composer.current?.restore(thread.ticket.id, draft)}
      />
      <Composer ref={composer} thread={thread} onChanged={reload} />
    </>
  )
}
