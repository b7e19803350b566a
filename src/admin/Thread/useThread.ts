'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { ThreadView, TicketRow } from '../api.js'
import { useDesk, useLive } from '../desk/Desk.js'
import { expectedKind } from '../desk/useActs.js'
import { useInOrder } from '../desk/useInOrder.js'
import { prependPast, refreshThread } from './timeline.js'

/** Threads kept for going back and forth in the list. */
const kept = 20
/** Several events of one act are answered by one read. */
const gatherMs = 120

/** A thread, and when it was asked for by this page's clock (`performance.now()`): what was stored later is newer. */
export type AskedThread = ThreadView & { askedAt: number }

type ThreadState = { id: string | null; thread: AskedThread | null; error: unknown; isGone: boolean }

const nothing: ThreadState = { id: null, thread: null, error: null, isGone: false }

/** The open ticket, kept fresh by live events. */
export const useThread = (id: string | null, initial: ThreadView | null) => {
  const { request, complain, liveState } = useDesk()
  const past = useRef(new Map<string, AskedThread>())
  const [state, setState] = useState<ThreadState>(
    initial && String(initial.ticket.id) === id
      ? { ...nothing, id, thread: { ...initial, askedAt: 0 } }
      : nothing,
  )
  const latest = useRef(state)
  latest.current = state
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const inOrder = useInOrder()

  const put = useCallback((thread: AskedThread) => {
    const key = String(thread.ticket.id)
    const { current } = past
    current.delete(key)
    current.set(key, thread)
    if (current.size > kept) current.delete(current.keys().next().value!)
    setState((before) => (before.id === key ? { ...before, thread, error: null, isGone: false } : before))
  }, [])

  const read = useCallback(
    async (key: string, signal?: AbortSignal) => {
      const isNewest = inOrder()
      const askedAt = performance.now()
      try {
        const answer = await request.get<ThreadView>(
          `/tickets/${encodeURIComponent(key)}`,
          signal ? { signal } : {},
        )
        const fresh = { ...answer, askedAt }
        if (!isNewest()) return past.current.get(key) ?? fresh
        const before = past.current.get(key)
        put(before ? refreshThread(before, fresh) : fresh)
        return past.current.get(key) ?? fresh
      } catch (error) {
        if (signal?.aborted) return null
        setState((now) => {
          if (now.id !== key) return now
          const isGone = (error as { status?: number }).status === 404
          return now.thread && !isGone ? now : { ...now, thread: null, error, isGone }
        })
        return null
      }
    },
    [put, request, inOrder],
  )

  useEffect(() => {
    if (!id || id === 'new') {
      setState(nothing)
      return
    }
    const leaving = new AbortController()
    setState((before) =>
      before.id === id ? before : { ...nothing, id, thread: past.current.get(id) ?? null },
    )
    void read(id, leaving.signal)
    return () => leaving.abort()
  }, [id, read])

  const reload = useCallback(async () => {
    const { id } = latest.current
    return id ? read(id) : null
  }, [read])

  const soon = useCallback(() => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void reload(), gatherMs)
  }, [reload])
  useEffect(() => () => clearTimeout(timer.current), [])

  useEffect(() => {
    if (liveState === 'live') soon()
  }, [liveState, soon])

  useLive((event) => {
    if (event.type === 'ticket') {
      const key = String(event.ticket.id)
      const known = past.current.get(key)
      if (known) past.current.set(key, withRow(known, event.ticket))
      if (latest.current.id !== key) return
      setState((before) =>
        before.thread ? { ...before, thread: withRow(before.thread, event.ticket) } : before,
      )
      if (!event.kinds.includes(expectedKind)) soon()
    } else if (event.type === 'gone') {
      past.current.delete(String(event.id))
      if (latest.current.id === String(event.id)) {
        setState((before) => ({ ...before, thread: null, isGone: true }))
      }
    }
  })

  /** Reads the messages before the first one that is there. */
  const loadEarlier = useCallback(async () => {
    const { thread, id } = latest.current
    const first = thread?.messages[0]
    if (!thread || !first || !id) return
    try {
      const before = await request.get<ThreadView>(`/tickets/${encodeURIComponent(id)}`, {
        query: { before: first.id },
      })
      const now = latest.current.thread
      // Read anew in the meantime, it may begin elsewhere.
      if (now && latest.current.id === id && now.messages[0]?.id === first.id) put(prependPast(now, before))
    } catch (error) {
      complain(error)
    }
  }, [complain, put, request])

  return {
    ...state,
    isLoading: Boolean(id && id !== 'new' && !state.thread && !state.error && !state.isGone),
    reload,
    loadEarlier,
  }
}

const withRow = (thread: AskedThread, row: TicketRow): AskedThread => ({
  ...thread,
  ticket: { ...thread.ticket, ...row },
})

export type OpenThread = ReturnType<typeof useThread>
