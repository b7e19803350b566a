'use client'
import { type PortalClient, usePortalTicket } from 'payload-helpdesk/portal/client'
import { Composer } from './Composer.js'

type ConversationProps = {
  portal: PortalClient
  number: number
  /** The answer went into a new request. */
  onMoved: (number: number) => void
}

export const Conversation = ({ portal, number, onMoved }: ConversationProps) => {
  const { data, error, reload } = usePortalTicket(portal, number)
  if (error) return <p role="alert">{error.message}</p>
  if (!data) return <p role="status">One moment…</p>
  const { ticket, messages } = data
  return (
    <article aria-label={ticket.subject}>
      <h2>{ticket.subject}</h2>
      <p>
        #{ticket.number}, {ticket.status}
      </p>
      <ol className="my-messages">
        {messages.map(({ id, from, isOwn, text, files }) => (
          <li key={id}>
            <strong>{isOwn ? 'You' : from}</strong>
            <p>{text}</p>
            {files.map((file) => (
              <a key={file.id} href={portal.fileURL(file.id)}>
                {file.name}
              </a>
            ))}
          </li>
        ))}
      </ol>
      <Composer
        send="Answer"
        onSend={async ({ message, files, onProgress }) => {
          const { number: next } = await portal.reply({ number, message, files, onProgress })
          if (next === number) await reload()
          else onMoved(next)
        }}
      />
      {ticket.status !== 'resolved' && ticket.status !== 'closed' && (
        <button
          type="button"
          onClick={async () => {
            await portal.markSolved(number)
            await reload()
          }}
        >
          It is solved
        </button>
      )}
    </article>
  )
}
