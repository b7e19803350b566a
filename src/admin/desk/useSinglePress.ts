'use client'
import { useCallback, useRef } from 'react'

/** Longer than the pause of a double click, and than that of a key which is held. */
const sameMs = 700

/**
 * For buttons that make something at each press: says of a press whether it is one of its own, and not the second of a
 * double click or what a held key repeats. `name` tells several buttons apart.
 */
export const useSinglePress = () => {
  const last = useRef(new Map<string, number>())
  return useCallback((name = ''): boolean => {
    const at = performance.now()
    const before = last.current.get(name) ?? Number.NEGATIVE_INFINITY
    last.current.set(name, at)
    return at - before > sameMs
  }, [])
}
