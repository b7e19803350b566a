'use client'
import { type RefObject, useEffect, useLayoutEffect } from 'react'

const gap = 4
const margin = 8

type Place = { anchor: HTMLElement; floating: HTMLElement; alignEnd: boolean }

const placeBelow = ({ anchor, floating, alignEnd }: Place) => {
  const from = anchor.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = floating
  const below = window.innerHeight - from.bottom - gap - margin
  const top =
    height <= below || from.top < below ? from.bottom + gap : Math.max(margin, from.top - gap - height)
  const isRtl = getComputedStyle(anchor).direction === 'rtl'
  const left = alignEnd !== isRtl ? from.right - width : from.left
  floating.style.top = `${top}px`
  floating.style.left = `${Math.min(Math.max(margin, left), window.innerWidth - width - margin)}px`
  floating.style.maxHeight = `${Math.max(160, window.innerHeight - top - margin)}px`
}

type FloatingArgs = {
  anchor: RefObject<HTMLElement | null>
  floating: RefObject<HTMLElement | null>
  isOpen: boolean
  alignEnd?: boolean
  onClose: () => void
}

/** Shows an element with `popover` beside its button, above everything, and closes it like any popover. */
export const useFloating = ({ anchor, floating, isOpen, alignEnd = false, onClose }: FloatingArgs) => {
  useLayoutEffect(() => {
    const element = floating.current
    const button = anchor.current
    if (!isOpen || !element || !button) return
    element.showPopover()
    const again = () => placeBelow({ anchor: button, floating: element, alignEnd })
    again()
    window.addEventListener('resize', again)
    return () => {
      window.removeEventListener('resize', again)
      if (element.matches(':popover-open')) element.hidePopover()
    }
  }, [isOpen, alignEnd, anchor, floating])

  useEffect(() => {
    const element = floating.current
    if (!isOpen || !element) return
    const onToggle = (event: Event) => {
      if ((event as ToggleEvent).newState === 'closed') onClose()
    }
    element.addEventListener('toggle', onToggle)
    return () => element.removeEventListener('toggle', onToggle)
  }, [isOpen, onClose, floating])
}
