'use client'
import { useCallback, useRef } from 'react'

/**
 * For answers that overtake each other: called before asking, it gives a function that says, once the answer is there,
 * whether nothing that was asked for later has been answered yet.
 */
export const useInOrder = () => {
  const asked = useRef(0)
  const answered = useRef(0)
  return useCallback(() => {
    const mine = ++asked.current
    return (): boolean => {
      if (mine < answered.current) return false
      answered.current = mine
      return true
    }
  }, [])
}
