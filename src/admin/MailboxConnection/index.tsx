'use client'
import '../desk/tokens.css'
import '../elements/elements.css'
import '../elements/facts.css'
import './MailboxConnection.css'
import { useAllFormFields, useDocumentInfo } from '@payloadcms/ui'
import { reduceFieldsToValues } from 'payload/shared'
import { useState } from 'react'
import type { ConnectionTest } from '../api.js'
import { useExplain, useRequests } from '../desk/Desk.js'
import { useText } from '../desk/useText.js'
import { Icon } from '../elements/icons.js'
import { Notice } from '../elements/Notice.js'
import { Spinner } from '../elements/Spinner.js'
import { TestSteps } from './TestSteps.js'

type Logins = { type?: string; address?: string; receive?: object; send?: object }

/** A test of the connection with what stands in the form, saved or not. */
export const MailboxConnection = () => {
  const text = useText()
  const request = useRequests()
  const explain = useExplain()
  const { id } = useDocumentInfo()
  const [fields] = useAllFormFields()
  const [test, setTest] = useState<ConnectionTest | null>(null)
  const [isTesting, setTesting] = useState(false)
  const [problem, setProblem] = useState('')

  const run = async () => {
    setTesting(true)
    setTest(null)
    setProblem('')
    const { type, address, receive, send } = reduceFieldsToValues(fields, true) as Logins
    const from = type === 'web' ? { kind: 'none' } : receive
    try {
      setTest(
        await request.post<ConnectionTest>(`/mailboxes/${id ?? 'new'}/test`, {
          body: { address, receive: from, send },
        }),
      )
    } catch (error) {
      setProblem(explain(error))
    } finally {
      setTesting(false)
    }
  }
  return (
    <section
      className="helpdesk helpdesk--inline hd-connection field-type"
      aria-labelledby="hd-connection-title"
    >
      <div className="hd-connection__head">
        <div className="hd-connection__words">
          <h2 id="hd-connection-title">{text('mailboxEditor:title')}</h2>
          <p className="hd-connection__hint">{text('mailboxEditor:testHint')}</p>
        </div>
        <button type="button" className="hd-button" disabled={isTesting} onClick={() => void run()}>
          {isTesting ? <Spinner label={text('mailboxEditor:testing')} /> : <Icon name="retry" size={14} />}
          {text(isTesting ? 'mailboxEditor:testing' : 'mailboxEditor:test')}
        </button>
      </div>
      <div role="status">
        {test && <TestSteps test={test} />}
        {problem && (
          <Notice tone="bad" icon="warning">
            {problem}
          </Notice>
        )}
      </div>
    </section>
  )
}
