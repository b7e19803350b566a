'use client'
import { useEffect, useRef } from 'react'
import { focusRow, focusThread } from '../desk/focus.js'
import { listKey, type Place } from '../desk/place.js'

/** Takes the focus along: into the ticket that opens, and back to its line in the list. */
export const useFocus = ({ place, isShown }: { place: Place; isShown: boolean }) => {
  const last = useRef(place)
  const isAwaited = useRef(false)
  useEffect(() => {
    const { current: before } = last
    last.current = place
    if (before.ticket === place.ticket) return
    isAwaited.current = place.ticket !== null && place.ticket !== 'new'
    const isBack = !place.ticket && listKey(before) === listKey(place)
    if (isBack && before.ticket !== 'new') focusRow(before.ticket!)
  }, [place])
  useEffect(() => {
    if (!isAwaited.current || !isShown) return
    isAwaited.current = false
    focusThread()
  })
}

/** Takes the focus along to a contact that lies over the thread, and back to the button that shows it. */
export const useContactFocus = (isOver: boolean) => {
  const wasOver = useRef(isOver)
  useEffect(() => {
    if (wasOver.current === isOver) return
    wasOver.current = isOver
    const panel = document.querySelector<HTMLElement>('.hd-contact')
    if (isOver) panel?.focus({ preventScroll: true })
    // Where the ticket has changed too, its thread takes the focus.
    else if (!document.activeElement || document.activeElement === document.body)
      document.querySelector<HTMLElement>('.hd-contact-toggle')?.focus()
  }, [isOver])
}
