'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Overview } from '../api.js'
import { useDesk, useLive } from './Desk.js'
import { useInOrder } from './useInOrder.js'

/** The counters tell of a change soon; this is for what nobody tells, such as a worker that stopped. */
const refreshMs = 60_000
/** A burst of events asks for the counters once. */
const gatherMs = 400

/** Counters, mailboxes, agents and health, kept fresh. */
export const useOverview = (initial: Overview | null) => {
  const { request, liveState } = useDesk()
  const [overview, setOverview] = useState<Overview | null>(initial)
  const [error, setError] = useState<unknown>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const inOrder = useInOrder()

  const reload = useCallback(async () => {
    const isNewest = inOrder()
    try {
      const overview = await request.get<Overview>('/inbox/overview')
      if (!isNewest()) return
      setOverview(overview)
      setError(null)
    } catch (failed) {
      setError(failed)
    }
  }, [request, inOrder])

  const soon = useCallback(() => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void reload(), gatherMs)
  }, [reload])

  const hasInitial = useRef(Boolean(initial))
  useEffect(() => {
    if (!hasInitial.current) void reload()
    hasInitial.current = false
    const again = setInterval(() => document.visibilityState === 'visible' && void reload(), refreshMs)
    return () => {
      clearInterval(again)
      clearTimeout(timer.current)
    }
  }, [reload])

  useEffect(() => {
    if (liveState === 'live') soon()
  }, [liveState, soon])

  useLive((event) => {
    if (event.type === 'counts') {
      setOverview((before) => before && { ...before, counts: event.counts, unread: event.unread })
    } else if (event.type !== 'hello') soon()
  })
  return { overview, error, reload }
}
