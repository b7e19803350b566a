'use client'
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import { type Place, placeAfter, readPlace, writePlace } from './place.js'

/** Every use of the hook hears of a move, also of one made by `pushState`, which sends no event of its own. */
const moved = new EventTarget()

const subscribe = (listen: () => void) => {
  window.addEventListener('popstate', listen)
  moved.addEventListener('move', listen)
  return () => {
    window.removeEventListener('popstate', listen)
    moved.removeEventListener('move', listen)
  }
}

export type Go = (change: Partial<Place>, options?: { replace?: boolean; over?: boolean }) => void

/** Marks an entry of the history that lies over the one before it: leaving it is going back. */
const overMark = 'helpdeskOver'

/** The place in the address bar, and the way to another one. `base` is the path of the inbox. */
export const usePlace = ({ base, initial }: { base: string; initial: string }) => {
  const read = () => {
    const { pathname, search } = window.location
    return pathname.startsWith(base) ? pathname.slice(base.length) + search : initial
  }
  const address = useSyncExternalStore(subscribe, read, () => initial)
  const place = useMemo(() => {
    const [rest = '', query = ''] = address.split('?')
    return readPlace(rest, query)
  }, [address])

  // Back and forward within the inbox are ours: the router would fetch the page anew and begin the whole screen again.
  useEffect(() => {
    const isInside = (path: string) => path === base || path.startsWith(`${base}/`)
    const onTraverse = (event: PopStateEvent) => {
      if (!isInside(window.location.pathname)) return
      event.stopImmediatePropagation()
      // The router keeps the address it knows, unless it is told.
      const isOver = window.history.state?.[overMark]
      window.history.replaceState(isOver ? { [overMark]: true } : null, '', window.location.href)
      moved.dispatchEvent(new Event('move'))
    }
    // At the window itself, listeners that capture are heard first.
    window.addEventListener('popstate', onTraverse, { capture: true })
    return () => window.removeEventListener('popstate', onTraverse, { capture: true })
  }, [base])

  // The router itself moves here too (the nav's link), without telling.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new `initial` is how we learn of it
  useEffect(() => {
    moved.dispatchEvent(new Event('move'))
  }, [initial])

  const link = useCallback(
    (change: Partial<Place>) => base + writePlace(placeAfter(place, change)),
    [base, place],
  )

  const go = useCallback<Go>(
    (change, options) => {
      const url = link(change)
      if (url === window.location.pathname + window.location.search) return
      if (options?.replace) window.history.replaceState(null, '', url)
      else window.history.pushState(options?.over ? { [overMark]: true } : null, '', url)
      moved.dispatchEvent(new Event('move'))
    },
    [link],
  )

  /** Leaves what was opened with `over`, and no trace of it in the history. */
  const leave = useCallback<(change: Partial<Place>) => void>(
    (change) => {
      if (window.history.state?.[overMark]) window.history.back()
      else go(change, { replace: true })
    },
    [go],
  )
  return { place, go, link, leave }
}
