'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { TicketPage } from '../api.js'
import { useDesk, useLive } from '../desk/Desk.js'
import { listKey, type Place } from '../desk/place.js'
import { useInOrder } from '../desk/useInOrder.js'
import {
  appendPage,
  applyEvents,
  type ListScope,
  type RowEvent,
  type Rows,
  refreshRows,
  settle,
} from './rows.js'

export type TicketsPhase = 'loading' | 'ready' | 'more' | 'failed'

const empty: Rows = { rows: [], next: null, waiting: [] }
const pageSize = 50

/** A site's own fields as the server takes them. */
const fieldsWhere = (fields: Record<string, string>): string | undefined => {
  const given = Object.entries(fields).filter(([, value]) => value)
  return given.length ? JSON.stringify(Object.fromEntries(given)) : undefined
}

/** The list of a place: its pages, kept fresh by live events. */
export const useTickets = (place: Place, initial: { key: string; page: TicketPage } | null) => {
  const { request, me, liveState } = useDesk()
  const key = listKey(place)
  const first = initial?.key === key ? initial.page : null
  const [state, setState] = useState<Rows>(
    first ? { rows: first.tickets, next: first.next, waiting: [] } : empty,
  )
  const [phase, setPhase] = useState<TicketsPhase>(first ? 'ready' : 'loading')
  const [error, setError] = useState<unknown>(null)
  const isHeld = useRef(false)
  const scope: ListScope = { ...place, me: me.id }
  const keep = state.rows.find((row) => String(row.id) === place.ticket)?.id ?? null
  const latest = useRef({ scope, keep, key, state })
  latest.current = { scope, keep, key, state }

  const inOrder = useInOrder()

  // A page tells how things stood when it was read: what is heard while it is on its way is newer.
  const listening = useRef(new Set<RowEvent[]>())

  const fetchPage = useCallback(
    async (after: string | null, signal?: AbortSignal) => {
      const heard: RowEvent[] = []
      listening.current.add(heard)
      const { view, mailbox, assignee, priority, waiting, search, fields } = latest.current.scope
      try {
        const page = await request.get<TicketPage>('/inbox/tickets', {
          query: {
            // A search looks everywhere: what somebody looks for is as often closed as open.
            view: search ? null : view,
            mailbox,
            assignee,
            priority,
            waiting,
            search,
            zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
            where: fieldsWhere(fields),
            after,
            limit: pageSize,
          },
          ...(signal ? { signal } : {}),
        })
        return { page, heard }
      } finally {
        listening.current.delete(heard)
      }
    },
    [request],
  )

  const reload = useCallback(
    async ({ isQuiet = false, signal }: { isQuiet?: boolean; signal?: AbortSignal } = {}) => {
      if (!isQuiet) setPhase('loading')
      const isNewest = inOrder()
      try {
        const { key } = latest.current
        const { page, heard } = await fetchPage(null, signal)
        const { scope, keep } = latest.current
        // The answer for a list that was left, or was read anew since.
        if (signal?.aborted || latest.current.key !== key || !isNewest()) return
        const how = { scope, keep, isHeld: isHeld.current }
        setState((before) => {
          const read = isQuiet
            ? refreshRows(before, { page, ...how })
            : { rows: page.tickets, next: page.next, waiting: [] }
          return applyEvents(read, { events: heard, ...how })
        })
        setPhase('ready')
        setError(null)
      } catch (failed) {
        if (signal?.aborted || !isNewest()) return
        setError(failed)
        if (!isQuiet) setPhase('failed')
      }
    },
    [fetchPage, inOrder],
  )

  const skipFirst = useRef(Boolean(first))
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is all of the place that matters here
  useEffect(() => {
    if (skipFirst.current) {
      skipFirst.current = false
      return
    }
    const leaving = new AbortController()
    setState(empty)
    void reload({ signal: leaving.signal })
    return () => leaving.abort()
  }, [key, reload])

  // What happened before the line stood, or while it was down, is in no event.
  useEffect(() => {
    if (liveState === 'live') void reload({ isQuiet: true })
  }, [liveState, reload])

  useLive((event) => {
    if (event.type !== 'ticket' && event.type !== 'gone') return
    const heard: RowEvent = event.type === 'gone' ? { gone: event.id } : { row: event.ticket }
    for (const events of listening.current) events.push(heard)
    const { scope, keep } = latest.current
    setState((before) => applyEvents(before, { events: [heard], scope, keep, isHeld: isHeld.current }))
  })

  const loadMore = useCallback(async () => {
    const { state, key } = latest.current
    if (!state.next) return
    setPhase((before) => (before === 'ready' ? 'more' : before))
    try {
      const { page, heard } = await fetchPage(state.next)
      const { scope, keep } = latest.current
      if (latest.current.key !== key) return
      const how = { scope, keep, isHeld: isHeld.current }
      setState((before) => applyEvents(appendPage(before, page), { events: heard, ...how }))
      setError(null)
    } catch (failed) {
      setError(failed)
    }
    setPhase('ready')
  }, [fetchPage])

  const show = useCallback(() => {
    const { scope, keep } = latest.current
    setState((before) => settle(before, { scope, keep }))
  }, [])

  // The line that was kept because its ticket was open goes when another one is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the open ticket is what it waits for
  useEffect(() => {
    if (!isHeld.current) show()
  }, [place.ticket, show])

  /** Says whether somebody is at the list; when they leave, what waited is shown. */
  const hold = useCallback(
    (held: boolean) => {
      if (isHeld.current === held) return
      isHeld.current = held
      if (!held) show()
    },
    [show],
  )

  return { ...state, phase, error, reload, loadMore, hold, show }
}

export type Tickets = ReturnType<typeof useTickets>
