'use client'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { useDesk } from '../desk/Desk.js'
import { Icon } from '../elements/icons.js'
import { Notice } from '../elements/Notice.js'
import { Spinner } from '../elements/Spinner.js'
import { useInbox } from '../Inbox/InboxContext.js'
import { EmptyList } from './EmptyList.js'
import { ListHead } from './ListHead.js'
import { Row } from './Row.js'
import type { ListRow } from './rows.js'
import { Skeleton } from './Skeleton.js'
import type { Tickets } from './useTickets.js'

const estimate = (row: ListRow | undefined): number => (row && hasMarks(row) ? 100 : 78)

const hasMarks = (row: ListRow): boolean =>
  Boolean(
    row.assignee ||
      row.hasAttachments ||
      row.automatic ||
      row.deliveryProblem ||
      row.possiblyRelated ||
      !row.requesterVerified ||
      row.priority !== 'normal' ||
      row.status !== 'open',
  )

/** Reading within this many pixels of the top counts as being at the top. */
const atTop = 8

/** The list of a view, drawn only as far as it can be seen. */
type TicketListProps = { tickets: Tickets; onNew: () => void; onKeys: () => void }

export const TicketList = ({ tickets, onNew, onKeys }: TicketListProps) => {
  const { text, explain } = useDesk()
  const { place, overview } = useInbox()
  const { rows, next, waiting, phase, error, loadMore, hold, show, reload } = tickets
  const scroller = useRef<HTMLDivElement>(null)
  const isPointed = useRef(false)

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimate(rows[index]),
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
  })
  const items = virtual.getVirtualItems()
  const lastSeen = items.at(-1)?.index ?? 0

  useEffect(() => {
    if (next && phase === 'ready' && !error && lastSeen >= rows.length - 10) void loadMore()
  }, [next, phase, error, lastSeen, rows.length, loadMore])

  const isOpenAt = rows.findIndex((row) => String(row.id) === place.ticket)
  // biome-ignore lint/correctness/useExhaustiveDependencies: follow the open ticket, not every change of the list
  useEffect(() => {
    if (isOpenAt >= 0) virtual.scrollToIndex(isOpenAt, { align: 'auto' })
  }, [place.ticket])

  const holdIfBusy = () => {
    const element = scroller.current
    const hasFocus = Boolean(
      element?.contains(document.activeElement) && element.querySelector('a:focus-visible'),
    )
    hold(isPointed.current || hasFocus || (element?.scrollTop ?? 0) > atTop)
  }
  const toTop = () => {
    show()
    scroller.current?.scrollTo({ top: 0 })
  }

  const isEmpty = phase === 'ready' && !rows.length
  return (
    <section className="hd-list" aria-label={text('inbox:tickets')}>
      <ListHead onNew={onNew} onKeys={onKeys} />
      <div
        className="hd-list__body"
        // With the button: who is on the way to it is still there.
        onPointerEnter={(event) => {
          isPointed.current = event.pointerType === 'mouse'
          holdIfBusy()
        }}
        onPointerLeave={() => {
          isPointed.current = false
          holdIfBusy()
        }}
      >
        <div className="hd-list__news" role="status">
          {waiting.length > 0 && (
            <button type="button" className="hd-fresh" onClick={toTop}>
              {text('inbox:fresh', { count: waiting.length })}
              <Icon name="up" size={13} />
            </button>
          )}
        </div>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: it only notices whether somebody is at the list */}
        <div
          ref={scroller}
          className="hd-list__scroll"
          onScroll={holdIfBusy}
          onFocus={holdIfBusy}
          onBlur={() => setTimeout(holdIfBusy)}
        >
          {phase === 'loading' && <Skeleton label={text('desk:loading')} />}
          {phase === 'failed' && (
            <Notice
              tone="bad"
              icon="warning"
              isUrgent
              actions={
                <button type="button" className="hd-button" onClick={() => void reload()}>
                  {text('desk:again')}
                </button>
              }
            >
              {explain(error)}
            </Notice>
          )}
          {isEmpty && <EmptyList isFirstRun={Boolean(overview?.firstRun)} />}
          {rows.length > 0 && (
            // biome-ignore lint/a11y/noRedundantRoles: Safari takes the role from lists without bullets
            <ul role="list" className="hd-list__rows" style={{ height: virtual.getTotalSize() }}>
              {items.map((item) => {
                const row = rows[item.index]
                return (
                  row && (
                    <li
                      key={item.key}
                      ref={virtual.measureElement}
                      data-index={item.index}
                      aria-setsize={next ? -1 : rows.length}
                      aria-posinset={item.index + 1}
                      style={{ transform: `translateY(${item.start}px)` }}
                    >
                      <Row row={row} />
                    </li>
                  )
                )
              })}
            </ul>
          )}
          {phase === 'more' && (
            <div className="hd-list__more">
              <Spinner label={text('desk:loading')} />
            </div>
          )}
          {phase === 'ready' && rows.length > 0 && Boolean(error) && (
            <Notice
              tone="bad"
              actions={
                <button type="button" className="hd-button" onClick={() => void loadMore()}>
                  {text('desk:again')}
                </button>
              }
            >
              {explain(error)}
            </Notice>
          )}
        </div>
      </div>
    </section>
  )
}
