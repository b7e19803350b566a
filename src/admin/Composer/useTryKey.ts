'use client'
import { useMemo } from 'react'
import type { DocID } from '../../collections/types.js'
import { isSameSource } from './source.js'

/** Random where `crypto.randomUUID` is missing, too: an intranet without TLS. */
const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/**
 * Names a try, so that the server does it once: the same words sent again (the answer was lost) bear the same name,
 * other words a new one. The same words may come in another order of keys: from the plain editor at first, from the
 * rich one then.
 */
export const useTryKey = () =>
  useMemo(() => {
    const tries = new Map<DocID, { content: unknown; key: string }>()
    return {
      key: (place: DocID, content: unknown): string => {
        const before = tries.get(place)
        if (before && isSameSource(before.content, content)) return before.key
        const key = newKey()
        tries.set(place, { content, key })
        return key
      },
      forget: (place: DocID) => void tries.delete(place),
    }
  }, [])
