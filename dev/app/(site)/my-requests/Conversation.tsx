'use client'
import type { PortalRequestForm } from 'payload-helpdesk/portal'
import { type PortalClient, type PortalDone, usePortalTicket } from 'payload-helpdesk/portal/client'
import { useState } from 'react'
import { Composer } from './Composer.js'
import { Thread } from './Thread.js'
import { useAttempt } from './useAttempt.js'

type ConversationProps = {
  portal: PortalClient
  form: PortalRequestForm
  number: number
  /** Opens the new request that the answer went into. A guest's link does not open it: they are told where it is. */
  onMoved?: (number: number) => void
}

const movedTo = ({ number, mailed }: PortalDone): string =>
  mailed
    ? `Your answer is request #${number} now; a link to it is mailed to you.`
    : `Your answer is request #${number} now. We reply to it by mail.`

export const Conversation = ({ portal, form, number, onMoved }: ConversationProps) => {
  const { data, error, reload } = usePortalTicket(portal, number)
  const { refusal, attempt } = useAttempt()
  const [moved, setMoved] = useState('')
  const status = data?.ticket.status
  const read = data ? <Thread portal={portal} {...data} /> : !error && <p role="status">One moment…</p>
  const isOver = status === 'resolved' || status === 'closed'
  return (
    <article aria-label={data?.ticket.subject ?? `Request ${number}`}>
      {error && <p role="alert">{error.message}</p>}
      {read}
      {moved && <p role="status">{moved}</p>}
      {/* It stands while the page is renewed too, so that what was typed stays. */}
      {(data || !error) && (
        <Composer
          portal={portal}
          form={form}
          send="Answer"
          onSend={async ({ subject: _, ...written }) => {
            const done = await portal.reply({ number, ...written })
            if (done.number === number) await reload()
            else if (onMoved) onMoved(done.number)
            else setMoved(movedTo(done))
          }}
        />
      )}
      {data && !isOver && (
        <button
          type="button"
          onClick={() =>
            attempt(async () => {
              await portal.markSolved(number)
              await reload()
            })
          }
        >
          It is solved
        </button>
      )}
      {refusal && <p role="alert">{refusal}</p>}
    </article>
  )
}
