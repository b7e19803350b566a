'use client'
import type { ReactNode } from 'react'
import type { MailboxHealth } from '../api.js'
import { useText } from '../desk/useText.js'
import { Moment } from '../elements/Moment.js'
import { HealthDot } from '../Views/HealthDot.js'

type SideProps = {
  title: string
  state: MailboxHealth['receive']['state']
  error: string
  facts: [string, ReactNode][]
}

const Side = ({ title, state, error, facts }: SideProps) => {
  const text = useText()
  return (
    <div className="hd-health">
      <h4>
        <HealthDot health={state} />
        {title}
        <span>{text(`health:${state}`)}</span>
      </h4>
      {error && state !== 'ok' && <p className="hd-health__error">{error}</p>}
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
    </div>
  )
}

/** When mail last came and went, what is wrong, and when it is tried again. */
export const Health = ({ health: { receive, send, plusAddressWorks } }: { health: MailboxHealth }) => {
  const text = useText()
  const moment = (at: string | null) => at && <Moment at={at} />
  return (
    <div className="hd-health-sides">
      <Side
        title={text('mailbox:receive')}
        state={receive.state}
        error={receive.error}
        facts={[
          [text('field:lastSuccessAt'), moment(receive.lastSuccessAt) ?? text('mailboxEditor:never')],
          [text('field:lastTryAt'), receive.lastTryAt !== receive.lastSuccessAt && moment(receive.lastTryAt)],
          [text('field:nextTryAt'), receive.state !== 'ok' && moment(receive.nextTryAt)],
          [text('mailboxEditor:waiting'), receive.waiting || null],
          [text('mailboxEditor:since'), moment(receive.startedAt)],
        ]}
      />
      <Side
        title={text('mailbox:send')}
        state={send.state}
        error={send.error}
        facts={[
          [text('field:lastSentAt'), moment(send.lastSentAt) ?? text('mailboxEditor:never')],
          [text('mailboxEditor:queued'), send.queued || null],
          [text('mailboxEditor:failed'), send.failed || null],
          [
            text('mailboxEditor:plus'),
            text(plusAddressWorks ? 'mailboxEditor:plusWorks' : 'mailboxEditor:plusUnknown'),
          ],
        ]}
      />
    </div>
  )
}
