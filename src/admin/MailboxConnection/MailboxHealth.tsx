'use client'
import '../desk/tokens.css'
import '../elements/elements.css'
import '../elements/facts.css'
import './MailboxConnection.css'
import { useConfig, useDocumentInfo, useFormFields } from '@payloadcms/ui'
import { formatAdminURL } from 'payload/shared'
import type { MailboxHealth as Health } from '../api.js'
import { useText } from '../desk/useText.js'
import { Moment } from '../elements/Moment.js'
import { Notice } from '../elements/Notice.js'
import { HealthSide } from './HealthSide.js'
import { useHealth } from './useHealth.js'

type MailboxHealthProps = {
  /** Slug of the tickets: the quarantine is a view of theirs. */
  tickets: string
}

const keptPaths = [
  'type',
  'archived',
  'receive.kind',
  'receive.host',
  'send.kind',
  'send.host',
  'settings.replyAddress',
]

const moment = (at: string | null) => at && <Moment at={at} />

/** When mail last came and went through this mailbox, what is wrong, and when it is tried again. */
export const MailboxHealth = ({ tickets }: MailboxHealthProps) => {
  const text = useText()
  const { id } = useDocumentInfo()
  const { config } = useConfig()
  const { health, problem } = useHealth(id)
  // How the mailbox is kept, not what stands in the form.
  const kept = useFormFields(([fields]) =>
    JSON.stringify(keptPaths.map((path) => fields[path]?.initialValue ?? null)),
  )
  const [type, archived, from, fromHost, by, byHost, replyAddress] = JSON.parse(kept) as unknown[]
  const receives = type !== 'web' && from === 'imap' && Boolean(fromHost) && !archived
  const sends = by === 'site' || (by === 'smtp' && Boolean(byHost))

  if (!id) return null
  const quarantine = formatAdminURL({
    adminRoute: config.routes.admin,
    path: `/collections/${tickets}/quarantine`,
    relative: true,
  })
  const plus = (works: boolean) =>
    text(
      replyAddress === 'plus' || (works && replyAddress !== 'plain')
        ? 'mailboxEditor:plusWorks'
        : 'mailboxEditor:plusUnknown',
    )
  const side = ({ receive, send, plusAddressWorks }: Health) => (
    <div className="hd-health-sides">
      <HealthSide
        title={text('mailbox:receive')}
        state={receives ? receive.state : 'off'}
        error={receive.error}
        errorCode={receive.errorCode}
        facts={[
          [text('mailboxEditor:lastLook'), moment(receive.lastSuccessAt) ?? text('mailboxEditor:never')],
          [text('field:nextTryAt'), receive.state !== 'ok' && moment(receive.nextTryAt)],
          [text('mailboxEditor:waiting'), receive.waiting || null],
          [text('mailboxEditor:since'), moment(receive.startedAt)],
        ]}
      />
      <HealthSide
        title={text('mailbox:send')}
        state={sends ? send.state : 'off'}
        error={send.error}
        errorCode={send.errorCode}
        facts={[
          [text('mailboxEditor:lastSent'), moment(send.lastSentAt) ?? text('mailboxEditor:never')],
          [text('mailboxEditor:queued'), send.queued || null],
          [text('mailboxEditor:failed'), send.failed || null],
          [text('mailboxEditor:plus'), plus(plusAddressWorks)],
        ]}
      />
    </div>
  )
  return (
    <section
      className="helpdesk helpdesk--inline hd-connection field-type"
      aria-label={text('mailboxEditor:health')}
    >
      {problem && <Notice tone="bad">{problem}</Notice>}
      {health ? side(health) : !problem && <div className="hd-health-sides hd-health-sides--empty" />}
      {Boolean(health?.quarantined) && (
        <Notice
          tone="warn"
          icon="shield"
          actions={
            <a className="hd-button hd-button--small" href={quarantine}>
              {text('mailboxEditor:openQuarantine')}
            </a>
          }
        >
          {text('mailboxEditor:quarantined', { count: health!.quarantined })}
        </Notice>
      )}
    </section>
  )
}
