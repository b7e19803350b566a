import type { PortalMessage, PortalTicket } from 'payload-helpdesk/portal'
import type { PortalClient } from 'payload-helpdesk/portal/client'

type ThreadProps = { portal: PortalClient; ticket: PortalTicket; messages: PortalMessage[] }

export const Thread = ({ portal, ticket, messages }: ThreadProps) => (
  <>
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
  </>
)
