'use client'
import type { PortalRequestForm } from 'payload-helpdesk/portal'
import type { PortalClient, PortalRequest } from 'payload-helpdesk/portal/client'
import { type FormEvent, useId, useRef, useState } from 'react'
import { OwnField, ownValues } from './OwnField.js'
import { useAttempt } from './useAttempt.js'

type ComposerProps = {
  portal: PortalClient
  form: PortalRequestForm
  /** Whether it asks for what a new request has: a subject, and the shop's own fields. */
  isNew?: boolean
  /** Of the button. */
  send: string
  onSend: (written: PortalRequest) => Promise<void>
}

const limitsOf = ({ maxCount, maxSize, types }: PortalRequestForm['attachments']): string =>
  `At most ${maxCount}, up to ${Math.floor(maxSize / 1_000_000)} MB each${types.length ? `: ${types.join(', ')}` : ''}.`

/** What was typed stays until it is sent. */
export const Composer = ({ portal, form, isNew = false, send, onSend }: ComposerProps) => {
  const { fields, attachments } = form
  const hint = useId()
  const [share, setShare] = useState<number | null>(null)
  const { refusal, attempt } = useAttempt()
  // Kept until it was sent: a try whose answer got lost on the way opens nothing twice.
  const requestKey = useRef('')
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (share !== null) return
    const element = event.currentTarget
    const filled = new FormData(element)
    requestKey.current ||= portal.requestKey()
    setShare(0)
    const isSent = await attempt(() =>
      onSend({
        subject: String(filled.get('subject') ?? ''),
        message: String(filled.get('message') ?? ''),
        ...(isNew && { fields: ownValues(fields, filled) }),
        files: (filled.getAll('files') as File[]).filter(({ name }) => name),
        onProgress: setShare,
        requestKey: requestKey.current,
      }),
    ).finally(() => setShare(null))
    if (!isSent) return
    requestKey.current = ''
    element.reset()
  }
  return (
    <form className="my-form" onSubmit={submit}>
      {isNew && (
        <label>
          Subject
          <input name="subject" maxLength={998} />
        </label>
      )}
      {isNew && fields.map((field) => <OwnField key={field.name} field={field} />)}
      <label>
        Message
        <textarea name="message" rows={4} required />
      </label>
      <div>
        <label>
          Files
          <input
            name="files"
            type="file"
            multiple
            accept={attachments.types.join(',') || undefined}
            aria-describedby={hint}
          />
        </label>
        <small id={hint}>{limitsOf(attachments)}</small>
      </div>
      <p role="alert">{refusal}</p>
      <button type="submit" aria-disabled={share !== null}>
        {share === null ? send : `Sending, ${Math.round(share * 100)} %`}
      </button>
    </form>
  )
}
