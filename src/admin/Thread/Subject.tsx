'use client'
import { useEffect, useRef, useState } from 'react'
import type { ThreadView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { useActs } from '../desk/useActs.js'

/** The id of the heading, for what belongs to it. */
export const subjectId = 'helpdesk-subject'

/** The subject, changed in place: a click or Enter opens it, Enter keeps, Escape leaves it. */
export const Subject = ({ ticket }: { ticket: ThreadView['ticket'] }) => {
  const { text } = useDesk()
  const { act } = useActs()
  const [typed, setTyped] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const button = useRef<HTMLButtonElement>(null)

  const isOpen = typed !== null
  useEffect(() => {
    if (isOpen) field.current?.select()
  }, [isOpen])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another ticket ends the change
  useEffect(() => setTyped(null), [ticket.id])

  const close = () => {
    setTyped(null)
    setTimeout(() => button.current?.focus())
  }
  const save = () => {
    const subject = typed?.trim()
    if (subject && subject !== ticket.subject)
      void act({ ticket, verb: 'subject', body: { subject }, expect: { subject } })
    setTyped(null)
  }
  return (
    <h1 id={subjectId} className="hd-subject">
      {isOpen ? (
        <input
          ref={field}
          className="hd-subject__field"
          aria-label={text('field:subject')}
          value={typed}
          maxLength={500}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={save}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              save()
              close()
            } else if (event.key === 'Escape') {
              event.preventDefault()
              close()
            }
          }}
        />
      ) : (
        <button
          ref={button}
          type="button"
          className="hd-subject__text"
          title={text('thread:changeSubject')}
          onClick={() => setTyped(ticket.subject)}
        >
          <span dir="auto">{ticket.subject || text('inbox:noSubject')}</span>
        </button>
      )}
      <span className="hd-subject__number">#{ticket.number}</span>
    </h1>
  )
}
