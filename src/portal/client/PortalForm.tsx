'use client'
import { type ReactNode, useEffect, useRef } from 'react'
import { type PortalFormTexts, usePortalForm } from './usePortalForm.js'

export type PortalFormProps = {
  action: string
  children: ReactNode
  /** Of the button. */
  send: string
  sending: string
  /** With `{percent}`. */
  progress: string
  texts: PortalFormTexts
  /** A button of less weight, for what is done beside. */
  isQuiet?: boolean
  label?: string
}

/** A form that posts like any other, and better where scripts run: nothing typed is lost, and files show their progress. */
export const PortalForm = ({
  action,
  children,
  send,
  sending,
  progress: progressText,
  texts,
  isQuiet,
  label,
}: PortalFormProps) => {
  const { isSending, progress, error, onSubmit } = usePortalForm(texts)
  const alert = useRef<HTMLParagraphElement>(null)
  useEffect(() => {
    if (error) alert.current?.scrollIntoView({ block: 'nearest' })
  }, [error])
  const percent = Math.round(progress * 100)
  return (
    <form
      className="hdp-form"
      action={action}
      method="post"
      encType="multipart/form-data"
      onSubmit={onSubmit}
      aria-label={label}
    >
      {children}
      <p className="hdp-error" role="alert" ref={alert}>
        {error}
      </p>
      <div className="hdp-acts">
        <button
          type="submit"
          className={isQuiet ? 'hdp-button hdp-button--quiet' : 'hdp-button'}
          aria-disabled={isSending}
        >
          {isSending ? sending : send}
        </button>
        {isSending && progress > 0 && progress < 1 && (
          <span className="hdp-progress">
            <progress value={progress} aria-label={sending} />
            {progressText.replace('{percent}', String(percent))}
          </span>
        )}
      </div>
    </form>
  )
}
