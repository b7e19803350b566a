'use client'
import { useCallback, useEffect, useLayoutEffect, useRef } from 'react'
import type { ThreadView } from '../api.js'

/** Scrolled this near to the end counts as reading the end. */
const nearEnd = 60

/** Keeps the end in sight while mails grow to their height, until the reader scrolls away from it. */
export const useEndInSight = (thread: ThreadView) => {
  const scroller = useRef<HTMLElement>(null)
  const isAtEnd = useRef(true)
  /** Where we have scrolled to ourselves: hearing of that is no news of the reader. */
  const ownTop = useRef(-1)

  const follow = useCallback((isFollowing: boolean) => {
    isAtEnd.current = isFollowing
    // The browser holds what is read in its place; where we hold the end, it would move it once more.
    if (scroller.current) scroller.current.style.overflowAnchor = isFollowing ? 'none' : ''
  }, [])

  const toEnd = useCallback(() => {
    const element = scroller.current
    if (!element || !isAtEnd.current) return
    const last = [...element.querySelectorAll<HTMLElement>('.hd-message')].at(-1)
    const end = element.scrollHeight - element.clientHeight
    // A message longer than the screen is read from its beginning.
    const start = last ? last.offsetTop - 12 : end
    element.scrollTop = Math.min(end, start)
    ownTop.current = element.scrollTop
  }, [])

  const { id } = thread.ticket
  const lastMessage = thread.messages.at(-1)?.id
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new ticket starts at its end
  useLayoutEffect(() => {
    follow(true)
    toEnd()
  }, [id, follow, toEnd])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message is followed when the end was in sight
  useLayoutEffect(toEnd, [lastMessage, toEnd])
  useEffect(() => {
    const element = scroller.current
    if (!element?.firstElementChild) return
    // What is shown grows with its mails, and the room for it shrinks when the composer opens.
    const observer = new ResizeObserver(toEnd)
    observer.observe(element.firstElementChild)
    observer.observe(element)
    return () => observer.disconnect()
  }, [toEnd])

  const look = useCallback(() => {
    const element = scroller.current
    if (!element) return
    ownTop.current = -1
    follow(element.scrollHeight - element.clientHeight - element.scrollTop < nearEnd)
  }, [follow])
  const onScroll = () => {
    if (scroller.current && Math.abs(scroller.current.scrollTop - ownTop.current) >= 1) look()
  }
  return { scroller, look, onScroll }
}
