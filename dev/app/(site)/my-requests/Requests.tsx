'use client'
import type { PortalAccess, PortalRequestForm } from 'payload-helpdesk/portal'
import { portalClient } from 'payload-helpdesk/portal/client'
import { useMemo, useState } from 'react'
import { Composer } from './Composer.js'
import { Conversation } from './Conversation.js'
import { SignIn } from './SignIn.js'
import { TicketList } from './TicketList.js'

type RequestsProps = { access: PortalAccess; form: PortalRequestForm }

export const Requests = ({ access, form }: RequestsProps) => {
  const portal = useMemo(() => portalClient(access), [access])
  const { kind, ticket } = access.caller
  /** Of a customer; a guest sees the ticket of their link. */
  const [open, setOpen] = useState<number | null>(null)
  if (ticket !== null) return <Conversation key={ticket} portal={portal} form={form} number={ticket} />
  if (kind !== 'customer') return <SignIn portal={portal} />
  if (open !== null)
    return (
      <>
        <button type="button" onClick={() => setOpen(null)}>
          All requests
        </button>
        <Conversation key={open} portal={portal} form={form} number={open} onMoved={setOpen} />
      </>
    )
  return (
    <>
      <TicketList portal={portal} onOpen={setOpen} />
      <h2>Ask something new</h2>
      <Composer
        portal={portal}
        form={form}
        isNew
        send="Send"
        onSend={async (written) => {
          setOpen((await portal.submit(written)).number)
        }}
      />
    </>
  )
}
