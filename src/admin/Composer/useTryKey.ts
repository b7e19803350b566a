'use client'
import { useMemo } from 'react'
import type { DocID } from '../../collections/types.js'

/** Random where `crypto.randomUUID` is missing, too: an intranet without TLS. */
const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/**
 * Names a try, so that the server does it once: the same words sent again (the answer was lost) bear the same name,
 * other words a new one.
 */
export const useTryKey = () =>
  useMemo(() => {
    const tries = new Map<DocID, { body: string; key: string }>()
    return {
      key: (place: DocID, content: unknown): string => {
        const body = JSON.stringify(content)
        const before = tries.get(place)
        if (before?.body === body) return before.key
        const key = newKey()
        tries.set(place, { body, key })
        return key
      },
      forget: (place: DocID) => void tries.delete(place),
    }
  }, [])
