'use client'
import { PortalError } from 'payload-helpdesk/portal/client'
import { type FormEvent, useState } from 'react'

type Written = {
  subject: string
  message: string
  files: File[]
  onProgress: (share: number) => void
}

type ComposerProps = {
  hasSubject?: boolean
  /** Of the button. */
  send: string
  onSend: (written: Written) => Promise<void>
}

/** What was typed stays until it is sent. */
export const Composer = ({ hasSubject = false, send, onSend }: ComposerProps) => {
  const [share, setShare] = useState<number | null>(null)
  const [error, setError] = useState('')
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (share !== null) return
    const form = event.currentTarget
    const filled = new FormData(form)
    setShare(0)
    setError('')
    try {
      await onSend({
        subject: String(filled.get('subject') ?? ''),
        message: String(filled.get('message') ?? ''),
        files: (filled.getAll('files') as File[]).filter(({ name }) => name),
        onProgress: setShare,
      })
      form.reset()
    } catch (refused) {
      if (!(refused instanceof PortalError)) throw refused
      setError(Object.values(refused.fields)[0] ?? refused.message)
    } finally {
      setShare(null)
    }
  }
  return (
    <form className="my-form" onSubmit={submit}>
      {hasSubject && (
        <label>
          Subject
          <input name="subject" maxLength={998} />
        </label>
      )}
      <label>
        Message
        <textarea name="message" rows={4} required />
      </label>
      <label>
        Files
        <input name="files" type="file" multiple />
      </label>
      <p role="alert">{error}</p>
      <button type="submit" aria-disabled={share !== null}>
        {share === null ? send : `Sending, ${Math.round(share * 100)} %`}
      </button>
    </form>
  )
}
