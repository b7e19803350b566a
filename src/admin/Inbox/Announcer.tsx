'use client'
import { useEffect, useRef, useState } from 'react'
import { useDesk, useLive } from '../desk/Desk.js'

const gatherMs = 1_500

/** Says to screen readers what arrived, gathered, so that a busy hour is no endless reading. */
export const Announcer = ({ waiting }: { waiting: number }) => {
  const { text } = useDesk()
  const [words, setWords] = useState('')
  const heard = useRef<string[]>([])
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useLive((event) => {
    if (
      event.type !== 'ticket' ||
      !event.kinds.some((kind) => kind === 'customerReplied' || kind === 'ticketOpened')
    )
      return
    heard.current.push(event.ticket.requester.name || event.ticket.requester.address)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      const names = [...new Set(heard.current)]
      heard.current = []
      setWords(
        names.length === 1
          ? text('inbox:newFrom', { name: names[0]! })
          : text('inbox:newFromMany', { count: names.length }),
      )
    }, gatherMs)
  })
  useEffect(() => () => clearTimeout(timer.current), [])
  return (
    <div className="hd-hidden" aria-live="polite">
      {words}
      {waiting > 0 && ` ${text('inbox:fresh', { count: waiting })}`}
    </div>
  )
}
