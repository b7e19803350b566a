'use client'
import type { ReactNode } from 'react'
import type { MailboxHealth } from '../api.js'
import { useServerText, useText } from '../desk/useText.js'
import { Badge, type Tone } from '../elements/Badge.js'

type State = MailboxHealth['receive']['state'] | 'off'

const tones: Record<State, Tone> = {
  off: 'plain',
  new: 'plain',
  ok: 'good',
  warning: 'warn',
  failing: 'bad',
  needsPassword: 'bad',
}

type HealthSideProps = {
  title: string
  state: State
  error: string
  errorCode: string
  facts: [string, ReactNode][]
}

/** One direction: how it stands in a word, the facts, and what to do where something is wrong. */
export const HealthSide = ({ title, state, error, errorCode, facts }: HealthSideProps) => {
  const text = useText()
  const serverText = useServerText()
  const isWrong = Boolean(error) && state !== 'ok' && state !== 'off'
  const advice = serverText({ section: 'mailAdvice', key: errorCode, fallback: '' })
  return (
    <div className={`hd-health hd-health--${state}`}>
      <h2>
        <span className={`hd-dot hd-dot--${state}`} aria-hidden="true" />
        {title}
        <Badge tone={tones[state]}>{text(`health:${state}`)}</Badge>
      </h2>
      {isWrong && (
        <div className="hd-health__error">
          <p>{error}</p>
          {advice && <p className="hd-health__advice">{advice}</p>}
        </div>
      )}
      {state !== 'off' && (
        <dl className="hd-facts">
          {facts
            .filter(([, value]) => value)
            .map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
        </dl>
      )}
    </div>
  )
}
