'use client'
import type { PortalClient } from 'payload-helpdesk/portal/client'
import { type FormEvent, useState } from 'react'
import { useAttempt } from './useAttempt.js'

export const SignIn = ({ portal }: { portal: PortalClient }) => {
  const { refusal, attempt } = useAttempt()
  const [isSent, setSent] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const email = String(new FormData(event.currentTarget).get('email'))
    setSent(await attempt(() => portal.sendLink({ email })))
  }
  if (isSent)
    return <p role="status">A link is on its way to that address. It opens the shop's support page.</p>
  return (
    <form className="my-form" onSubmit={submit}>
      <label>
        Your email address
        <input name="email" type="email" required autoComplete="email" />
      </label>
      <p role="alert">{refusal}</p>
      <button type="submit">Mail me a link</button>
    </form>
  )
}
