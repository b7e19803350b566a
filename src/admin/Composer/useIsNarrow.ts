'use client'
import { useSyncExternalStore } from 'react'

const query = '(width < 720px)'

const subscribe = (listen: () => void) => {
  const media = window.matchMedia(query)
  media.addEventListener('change', listen)
  return () => media.removeEventListener('change', listen)
}

/** Whether an open composer would leave nothing of the thread to be seen. */
export const useIsNarrow = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => window.matchMedia(query).matches,
    () => false,
  )
