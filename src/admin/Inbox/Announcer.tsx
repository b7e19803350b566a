'use client'
import { toast } from '@payloadcms/ui'
import { useEffect, useRef, useState } from 'react'
import type { TicketRow } from '../api.js'
import { useDesk, useLive } from '../desk/Desk.js'

const gatherMs = 1_500

/** Long enough for a screen reader to hear that the last words are gone. */
const pauseMs = 200

const undeliveredMs = 20_000

type AnnouncerArgs = { waiting: number; onOpen: (ticket: TicketRow) => void }

/**
 * Says to screen readers what arrived, gathered, so that a busy hour is no endless reading; and to the author of a
 * reply, in a toast, that it was not delivered.
 */
export const Announcer = ({ waiting, onOpen }: AnnouncerArgs) => {
  const { text } = useDesk()
  const [words, setWords] = useState('')
  const heard = useRef<string[]>([])
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined)
  useLive((event) => {
    if (event.type !== 'ticket') return
    const { ticket } = event
    if (event.undelivered) {
      const name = ticket.requester.name || ticket.requester.address
      toast.error(text('inbox:undelivered', { name, subject: ticket.subject }), {
        // A stream that comes back tells again what it told.
        id: `undelivered-${ticket.id}`,
        duration: undeliveredMs,
        action: { label: text('inbox:show'), onClick: () => onOpen(ticket) },
      })
    }
    if (!event.kinds.some((kind) => kind === 'customerReplied' || kind === 'ticketOpened')) return
    heard.current.push(ticket.requester.name || ticket.requester.address)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      const names = [...new Set(heard.current)]
      heard.current = []
      // The same words as before would be no change, and not be read out.
      setWords('')
      pause.current = setTimeout(
        () =>
          setWords(
            names.length === 1
              ? text('inbox:newFrom', { name: names[0]! })
              : text('inbox:newFromMany', { count: names.length }),
          ),
        pauseMs,
      )
    }, gatherMs)
  })
  useEffect(
    () => () => {
      clearTimeout(timer.current)
      clearTimeout(pause.current)
    },
    [],
  )
  return (
    <div className="hd-hidden" aria-live="polite">
      {words}
      {waiting > 0 && ` ${text('inbox:fresh', { count: waiting })}`}
    </div>
  )
}
