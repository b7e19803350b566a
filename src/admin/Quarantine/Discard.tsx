'use client'
import { useEffect, useRef, useState } from 'react'
import { useDesk } from '../desk/Desk.js'

/** Sets a mail aside for good, when asked twice. */
export const Discard = ({ isBusy, onDiscard }: { isBusy: boolean; onDiscard: () => void }) => {
  const { text } = useDesk()
  const [isAsked, setAsked] = useState<boolean | null>(null)
  const first = useRef<HTMLButtonElement>(null)
  const second = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (isAsked === null) return
    const button = isAsked ? second : first
    button.current?.focus()
  }, [isAsked])
  return (
    <span className="hd-mail__discard">
      {isAsked ? (
        <>
          <button type="button" className="hd-button hd-button--quiet" onClick={() => setAsked(false)}>
            {text('desk:cancel')}
          </button>
          <button
            ref={second}
            type="button"
            className="hd-button hd-button--danger"
            disabled={isBusy}
            onClick={onDiscard}
          >
            {text('quarantine:discardSure')}
          </button>
        </>
      ) : (
        <button
          ref={first}
          type="button"
          className="hd-button hd-button--quiet"
          disabled={isBusy}
          onClick={() => setAsked(true)}
        >
          {text('quarantine:discard')}
        </button>
      )}
    </span>
  )
}
