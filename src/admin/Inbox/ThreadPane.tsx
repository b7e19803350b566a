'use client'
import { Fragment, useRef } from 'react'
import type { ThreadView } from '../api.js'
import { Composer, type ComposerHandle } from '../Composer/Composer.js'
import type { Drafts } from '../Composer/useDrafts.js'
import { useKeys } from '../desk/keys.js'
import { Thread } from '../Thread/Thread.js'
import { ThreadHead } from '../Thread/ThreadHead.js'
import type { OpenThread } from '../Thread/useThread.js'
import { useInbox } from './InboxContext.js'
import { NoThread } from './NoThread.js'

type ThreadPaneProps = {
  open: OpenThread
  /** The thread that was open last, or is: the composer's editor is kept over the change to another ticket. */
  latest: ThreadView | null
  drafts: Drafts
  isContactOpen: boolean
  /** It lies over the thread, or is a screen of its own. */
  isContactOver: boolean
  onContact: () => void
}

/** The open ticket, or why there is none. */
export const ThreadPane = (props: ThreadPaneProps) => {
  const { open, latest, drafts, isContactOpen, isContactOver, onContact } = props
  const { go, place } = useInbox()
  const composer = useRef<ComposerHandle>(null)
  const back = () => go({ ticket: null })
  useKeys({ Escape: place.ticket ? (isContactOver ? onContact : back) : undefined })

  const { thread, error, isGone, reload, loadEarlier } = open
  const shown = isGone || error ? null : thread
  return (
    <>
      {shown ? (
        <Fragment key="thread">
          <ThreadHead thread={shown} onBack={back} isContactOpen={isContactOpen} onContact={onContact} />
          <Thread
            thread={shown}
            loadEarlier={loadEarlier}
            onChanged={() => void reload()}
            beforeUndo={() => drafts.save(`${shown.ticket.id}.reply`)}
            onUndone={(draft) => composer.current?.restore(shown.ticket.id, draft)}
          />
        </Fragment>
      ) : (
        <NoThread key="none" open={open} onBack={back} />
      )}
      {latest && (
        <Composer
          key="composer"
          ref={composer}
          thread={shown ?? latest}
          drafts={drafts}
          isHidden={!shown}
          onChanged={reload}
        />
      )}
    </>
  )
}
