'use client'
import { type RefObject, useLayoutEffect, useState } from 'react'

/** From here on the contact has a column of its own; the style sheet of the inbox knows the same number. */
const wide = 1280

/** Whether there is room for four columns. The admin's own nav takes from it, so the window's width says nothing. */
export const useIsWide = (root: RefObject<HTMLElement | null>): boolean => {
  const [isWide, setWide] = useState(true)
  useLayoutEffect(() => {
    const element = root.current
    if (!element) return
    const measure = () => setWide(element.clientWidth >= wide)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [root])
  return isWide
}
