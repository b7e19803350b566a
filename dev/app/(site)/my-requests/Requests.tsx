'use client'
import type { PortalAccess } from 'payload-helpdesk/portal'
import { portalClient } from 'payload-helpdesk/portal/client'
import { useMemo, useState } from 'react'
import { Composer } from './Composer.js'
import { Conversation } from './Conversation.js'
import { TicketList } from './TicketList.js'

type RequestsProps = { access: PortalAccess }

export const Requests = ({ access }: RequestsProps) => {
  const portal = useMemo(() => portalClient(access), [access])
  const [open, setOpen] = useState(access.caller.ticket)
  const [isLinkSent, setLinkSent] = useState(false)
  if (open !== null)
    return (
      <>
        {access.caller.kind === 'customer' && (
          <button type="button" onClick={() => setOpen(null)}>
            All requests
          </button>
        )}
        <Conversation portal={portal} number={open} onMoved={setOpen} />
      </>
    )
  if (access.caller.kind === 'customer')
    return (
      <>
        <TicketList portal={portal} onOpen={setOpen} />
        <h2>Ask something new</h2>
        <Composer
          hasSubject
          send="Send"
          onSend={async ({ subject, ...rest }) => {
            setOpen((await portal.submit({ subject, ...rest })).number)
          }}
        />
      </>
    )
  return isLinkSent ? (
    <p role="status">If we know the address, a link to sign in is on its way.</p>
  ) : (
    <form
      className="my-form"
      action={async (filled) => {
        await portal.sendLink({ email: String(filled.get('email')) })
        setLinkSent(true)
      }}
    >
      <label>
        Your email address
        <input name="email" type="email" required autoComplete="email" />
      </label>
      <button type="submit">Mail me a link</button>
    </form>
  )
}
