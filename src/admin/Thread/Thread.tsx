'use client'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Draft, ThreadView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { useActs } from '../desk/useActs.js'
import { Notice } from '../elements/Notice.js'
import { Spinner } from '../elements/Spinner.js'
import { EventLine } from './EventLine.js'
import { Message } from './Message.js'
import { subjectId } from './Subject.js'
import { makeTimeline } from './timeline.js'
import { useEndInSight } from './useEndInSight.js'

/** A ticket counts as read when it was open this long: leafing through does not read. */
const readAfterMs = 800

type ThreadProps = {
  thread: ThreadView
  loadEarlier: () => Promise<void>
  onChanged: () => void
  beforeUndo: () => Promise<unknown>
  onUndone: (draft: Draft) => void
}

/** The messages and the history of a ticket, oldest first. */
export const Thread = ({ thread, loadEarlier, onChanged, beforeUndo, onUndone }: ThreadProps) => {
  const { text, request } = useDesk()
  const { show } = useActs()
  const [isUnfolded, setUnfolded] = useState(false)
  const [isLoading, setLoading] = useState(false)
  const { scroller, look, onScroll } = useEndInSight(thread)
  const before = useRef<{ height: number; top: number } | null>(null)
  const { ticket } = thread

  const { items, folded } = makeTimeline({ messages: thread.messages, events: thread.events, isUnfolded })
  const earlier = thread.earlier + folded

  // biome-ignore lint/correctness/useExhaustiveDependencies: another ticket is folded again
  useEffect(() => setUnfolded(false), [ticket.id])

  const isUnread = ticket.unread
  const ticketRef = useRef(ticket)
  ticketRef.current = ticket
  useEffect(() => {
    if (!isUnread) return
    const read = async () => {
      if (document.visibilityState !== 'visible') return
      try {
        await request.post(`/tickets/${ticket.id}/read`, { body: { read: true } })
        show({ ...ticketRef.current, unread: false }, true)
      } catch {
        // The mark stays, and the next look tries again.
      }
    }
    const timer = setTimeout(() => void read(), readAfterMs)
    document.addEventListener('visibilitychange', read)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', read)
    }
  }, [isUnread, ticket.id, request, show])

  const unfold = async () => {
    const element = scroller.current
    if (element) before.current = { height: element.scrollHeight, top: element.scrollTop }
    look()
    if (folded) setUnfolded(true)
    else {
      setLoading(true)
      await loadEarlier()
      setLoading(false)
    }
  }
  // What is put in above must not push away what is being read.
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element || !before.current) return
    const grown = element.scrollHeight - before.current.height
    if (!grown) return
    element.scrollTop = before.current.top + grown
    before.current = null
  })

  return (
    <section
      ref={scroller}
      className="hd-thread"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
      tabIndex={0}
      aria-label={text('thread:messages')}
      aria-describedby={subjectId}
      onScroll={onScroll}
    >
      <div className="hd-thread__content">
        {earlier > 0 && (
          <button type="button" className="hd-earlier" disabled={isLoading} onClick={() => void unfold()}>
            {isLoading ? (
              <Spinner label={text('desk:loading')} />
            ) : (
              text('thread:earlier', { count: earlier })
            )}
          </button>
        )}
        {ticket.spam && (
          <Notice tone="warn" icon="shield">
            {text('thread:isSpam')}
          </Notice>
        )}
        {/* biome-ignore lint/a11y/noRedundantRoles: Safari takes the role from lists without bullets */}
        <ol className="hd-thread__items" role="list">
          {items.map((item) =>
            item.type === 'message' ? (
              <Message
                key={`m${item.message.id}`}
                message={item.message}
                onChanged={onChanged}
                beforeUndo={beforeUndo}
                onUndone={onUndone}
              />
            ) : (
              <EventLine key={`e${item.event.id}`} event={item.event} />
            ),
          )}
        </ol>
      </div>
    </section>
  )
}
