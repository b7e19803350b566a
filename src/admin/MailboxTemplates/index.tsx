'use client'
import '../desk/tokens.css'
import '../elements/elements.css'
import '../MailboxConnection/MailboxConnection.css'
import './MailboxTemplates.css'
import { useDocumentInfo, useField } from '@payloadcms/ui'
import type { JSONFieldClientProps } from 'payload'
import { useEffect, useState } from 'react'
import {
  isOnByDefault,
  type NotificationEvent,
  notificationEvents,
  type MailboxTemplates as Templates,
  unknownTokenIn,
} from '../../rules/notifications.js'
import type { TemplateFacts } from '../api.js'
import { useExplain, useRequests } from '../desk/Desk.js'
import { RequestError } from '../desk/request.js'
import { useText } from '../desk/useText.js'
import { Notice } from '../elements/Notice.js'
import { Editor } from './Editor.js'
import { EventRow } from './EventRow.js'
import { ownLanguages, withEvent } from './words.js'

/** The mails that a mailbox sends to customers: which, and in which words. */
export const MailboxTemplates = ({ path, readOnly }: JSONFieldClientProps) => {
  const text = useText()
  const request = useRequests()
  const explain = useExplain()
  const { id } = useDocumentInfo()
  const { value, setValue, showError, errorMessage, disabled } = useField<Templates | null>({ path })
  // Whether new tickets are acknowledged is a setting of its own, and older than the other mails.
  const acknowledge = useField<boolean | null>({ path: 'settings.acknowledge' })
  const [facts, setFacts] = useState<TemplateFacts | null>(null)
  const [isHidden, setHidden] = useState(false)
  const [problem, setProblem] = useState('')
  const [open, setOpen] = useState<NotificationEvent | null>(null)

  useEffect(() => {
    let isOver = false
    request.get<TemplateFacts>(`/mailboxes/${id ?? 'new'}/templates`).then(
      (answer) => !isOver && setFacts(answer),
      (error: unknown) => {
        if (isOver) return
        if (error instanceof RequestError && error.status === 403) setHidden(true)
        else setProblem(explain(error))
      },
    )
    return () => {
      isOver = true
    }
  }, [id, request, explain])

  if (isHidden) return null
  const templates = value ?? {}
  const known = facts?.tokens ?? []
  const unknown = facts && unknownTokenIn({ templates, known })
  // Where its words are open, it stands below them.
  const refusal =
    unknown && unknown.event !== open
      ? text('templates:unknownToken', {
          token: `{${unknown.token}}`,
          event: text(`templates:${unknown.event}`),
          language: unknown.language,
          known: known.map((name) => `{${name}}`).join(', '),
        })
      : (showError && errorMessage) || ''
  const isReadOnly = Boolean(readOnly || disabled)
  const isOn = (event: NotificationEvent): boolean =>
    event === 'ticketReceived' ? Boolean(acknowledge.value) : (templates[event]?.on ?? isOnByDefault[event])
  const turn = (event: NotificationEvent, on: boolean) => {
    if (event === 'ticketReceived') acknowledge.setValue(on)
    else
      setValue(withEvent({ templates, event, change: { on: on === isOnByDefault[event] ? undefined : on } }))
  }
  return (
    <section
      className="helpdesk helpdesk--inline hd-connection hd-templates field-type"
      id={`field-${path}`}
      aria-labelledby="hd-templates-title"
    >
      <div className="hd-connection__words">
        <h2 id="hd-templates-title">{text('templates:title')}</h2>
        <p className="hd-connection__hint">{text('templates:hint')}</p>
      </div>
      {(problem || refusal) && (
        <Notice tone="bad" icon="warning" isUrgent>
          {problem || refusal}
        </Notice>
      )}
      <ul className="hd-templates__list">
        {notificationEvents.map((event) => (
          <EventRow
            key={event}
            event={event}
            isOn={isOn(event)}
            hasOwnWords={ownLanguages(templates, event).length > 0}
            isOpen={open === event}
            isReadOnly={isReadOnly}
            onSwitch={(on) => turn(event, on)}
            onOpen={(isOpen) => setOpen(isOpen ? event : null)}
          >
            {facts && (
              <Editor
                mailbox={id}
                event={event}
                facts={facts}
                templates={templates}
                isReadOnly={isReadOnly}
                onChange={(next) => setValue(next)}
              />
            )}
          </EventRow>
        ))}
      </ul>
    </section>
  )
}
