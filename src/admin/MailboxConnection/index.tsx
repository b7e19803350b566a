'use client'
import '../desk/tokens.css'
import '../elements/elements.css'
import './MailboxConnection.css'
import { useAllFormFields, useConfig, useDocumentInfo } from '@payloadcms/ui'
import { formatAdminURL, reduceFieldsToValues } from 'payload/shared'
import { useCallback, useEffect, useState } from 'react'
import type { ConnectionTest, MailboxHealth } from '../api.js'
import { useExplain, useRequests } from '../desk/Desk.js'
import { useText } from '../desk/useText.js'
import { Icon } from '../elements/icons.js'
import { Notice } from '../elements/Notice.js'
import { Spinner } from '../elements/Spinner.js'
import { Health } from './Health.js'
import { TestSteps } from './TestSteps.js'

type MailboxConnectionProps = {
  /** Slug of the tickets: the quarantine is a view of theirs. */
  tickets?: string
}

type Logins = { address?: string; receive?: Record<string, unknown>; send?: Record<string, unknown> }

const refreshMs = 15_000

/** How the mailbox is doing, and a test with what stands in the form, saved or not. */
export const MailboxConnection = ({ tickets = 'tickets' }: MailboxConnectionProps) => {
  const text = useText()
  const request = useRequests()
  const explain = useExplain()
  const { id } = useDocumentInfo()
  const { config } = useConfig()
  const [fields] = useAllFormFields()
  const [health, setHealth] = useState<MailboxHealth | null>(null)
  const [test, setTest] = useState<ConnectionTest | null>(null)
  const [isTesting, setTesting] = useState(false)
  const [problem, setProblem] = useState('')

  const read = useCallback(async () => {
    if (!id) return
    try {
      setHealth(await request.get<MailboxHealth>(`/mailboxes/${id}/health`))
    } catch (error) {
      setProblem(explain(error))
    }
  }, [id, request, explain])
  useEffect(() => {
    void read()
    const timer = setInterval(() => document.visibilityState === 'visible' && void read(), refreshMs)
    return () => clearInterval(timer)
  }, [read])

  const run = async () => {
    setTesting(true)
    setTest(null)
    setProblem('')
    const { address, receive, send } = reduceFieldsToValues(fields, true) as Logins
    try {
      setTest(await request.post<ConnectionTest>(`/mailboxes/${id}/test`, { address, receive, send }))
      void read()
    } catch (error) {
      setProblem(explain(error))
    } finally {
      setTesting(false)
    }
  }

  if (!id) {
    return (
      <div className="helpdesk helpdesk--inline field-type">
        <Notice icon="info">{text('mailboxEditor:saveFirst')}</Notice>
      </div>
    )
  }
  const quarantine = formatAdminURL({
    adminRoute: config.routes.admin,
    path: `/collections/${tickets}/quarantine`,
    relative: true,
  })
  return (
    <section
      className="helpdesk helpdesk--inline hd-connection field-type"
      aria-labelledby="hd-connection-title"
    >
      <div className="hd-connection__head">
        <h3 id="hd-connection-title">{text('mailboxEditor:title')}</h3>
        <button
          type="button"
          className="hd-button hd-button--primary"
          disabled={isTesting}
          onClick={() => void run()}
        >
          {isTesting ? <Spinner label={text('mailboxEditor:testing')} /> : <Icon name="retry" size={14} />}
          {text(isTesting ? 'mailboxEditor:testing' : 'mailboxEditor:test')}
        </button>
      </div>
      {health && <Health health={health} />}
      {Boolean(health?.quarantined) && (
        <Notice
          tone="warn"
          icon="shield"
          actions={
            <a className="hd-button" href={quarantine}>
              {text('mailboxEditor:openQuarantine')}
            </a>
          }
        >
          {text('mailboxEditor:quarantined', { count: health!.quarantined })}
        </Notice>
      )}
      <p className="hd-connection__hint">{text('mailboxEditor:testHint')}</p>
      {problem && (
        <Notice tone="bad" icon="warning" isUrgent>
          {problem}
        </Notice>
      )}
      <div role="status">{test && <TestSteps test={test} />}</div>
    </section>
  )
}
