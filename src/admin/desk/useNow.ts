'use client'
import { useSyncExternalStore } from 'react'

const tickMs = 20_000
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()

const tick = () => {
  now = Date.now()
  for (const listen of listeners) listen()
}

const subscribe = (listen: () => void) => {
  if (!listeners.size) {
    timer = setInterval(tick, tickMs)
    document.addEventListener('visibilitychange', tick)
    queueMicrotask(tick)
  }
  listeners.add(listen)
  return () => {
    listeners.delete(listen)
    if (listeners.size) return
    clearInterval(timer)
    document.removeEventListener('visibilitychange', tick)
  }
}

/** The time, renewed often enough for ages in minutes; one clock for the page. */
export const useNow = (): number =>
  useSyncExternalStore(
    subscribe,
    () => now,
    // On the server nothing ticks.
    () => (typeof window === 'undefined' ? Date.now() : now),
  )

const never = () => () => undefined

/** The time zone to tell times in: the reader's own, which the server and the page's first picture do not know. */
export const useZone = (): string | undefined =>
  useSyncExternalStore<string | undefined>(
    never,
    () => undefined,
    () => 'UTC',
  )
