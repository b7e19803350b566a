'use client'
import { toast } from '@payloadcms/ui'
import { type FormEvent, useId, useRef, useState } from 'react'
import type { DocID } from '../../collections/types.js'
import { type Priority, priorities } from '../../rules/priority.js'
import type { NewTicket as NewTicketBody, TicketRow } from '../api.js'
import { Editor, readEditor } from '../Composer/Editor.js'
import { FileChips } from '../Composer/FileChips.js'
import { PersonField, type PersonFieldHandle } from '../Composer/PersonField.js'
import { isBlank } from '../Composer/source.js'
import { useTryKey } from '../Composer/useTryKey.js'
import { useDesk } from '../desk/Desk.js'
import { RequestError } from '../desk/request.js'
import { useActs } from '../desk/useActs.js'
import { Icon } from '../elements/icons.js'
import { Notice } from '../elements/Notice.js'
import { Spinner } from '../elements/Spinner.js'
import { useInbox } from '../Inbox/InboxContext.js'
import type { WrittenTicket } from './useNewTicket.js'

/** A ticket on behalf of a customer: what is written goes to them by mail. */
export const NewTicket = ({ written }: { written: WrittenTicket }) => {
  const { text, slugs, request, explain, me } = useDesk()
  const { overview, go, place } = useInbox()
  const { show } = useActs()
  const id = useId()
  const mailboxes = (overview?.mailboxes ?? []).filter(({ archived }) => !archived)
  const { form, change, uploads } = written
  const { requester, cc, subject, priority, isMine, source, files } = form
  const chosen = form.mailbox || place.mailbox
  const mailbox = mailboxes.find((each) => String(each.id) === chosen) ?? mailboxes[0]
  const [problem, setProblem] = useState<{ words: string; field?: string } | null>(null)
  const [isSending, setSending] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const requesterField = useRef<PersonFieldHandle>(null)
  const ccField = useRef<PersonFieldHandle>(null)
  const isTaken = useRef(false)
  const tryOf = useTryKey()

  const submit = async (event?: FormEvent) => {
    event?.preventDefault()
    const body = readEditor(box.current) ?? source
    const people = requesterField.current?.commit() ?? requester
    const others = ccField.current?.commit() ?? cc
    if (people === 'wrong' || others === 'wrong') return setProblem({ words: text('composer:badAddress') })
    const person = people[0]
    if (!person) return setProblem({ words: text('newTicket:noRequester'), field: 'requester' })
    if (!subject.trim()) return setProblem({ words: text('newTicket:noSubject'), field: 'subject' })
    if (isBlank(body) && !files.length) return setProblem({ words: text('composer:empty') })
    if (!mailbox || isTaken.current || uploads.isBusy) return
    isTaken.current = true
    setSending(true)
    setProblem(null)
    const ticket: NewTicketBody = {
      mailbox: mailbox.id,
      requester: person,
      cc: others,
      subject: subject.trim(),
      source: body,
      attachments: files.map((file) => file.id),
      priority,
      assignee: isMine ? me.id : null,
    }
    try {
      const answer = await request.post<{ ticket: TicketRow; message: DocID }>('/tickets', {
        body: { ...ticket, requestKey: tryOf.key('new', ticket) },
      })
      written.clear()
      show(answer.ticket)
      toast.success(text('newTicket:done', { number: answer.ticket.number }))
      go({ ticket: String(answer.ticket.id) }, { replace: true })
    } catch (error) {
      setProblem({
        words: explain(error),
        ...(error instanceof RequestError ? { field: Object.keys(error.fields)[0] ?? '' } : {}),
      })
      isTaken.current = false
      setSending(false)
    }
  }
  const discard = () => {
    written.clear()
    go({ ticket: null })
  }

  return (
    <section className="hd-new" aria-labelledby={`${id}-title`}>
      <header className="hd-new__head">
        <button
          type="button"
          className="hd-icon-button"
          aria-label={text('thread:back')}
          title={text('thread:back')}
          onClick={() => go({ ticket: null })}
        >
          <Icon name="back" />
        </button>
        <h1 id={`${id}-title`}>{text('newTicket:title')}</h1>
      </header>
      <form
        className="hd-form"
        onSubmit={(event) => void submit(event)}
        onKeyDownCapture={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault()
            void submit()
          }
        }}
      >
        <div className="hd-form__field">
          <label htmlFor={`${id}-mailbox`}>{text('newTicket:from')}</label>
          <select
            id={`${id}-mailbox`}
            value={mailbox ? String(mailbox.id) : ''}
            onChange={(event) => change({ mailbox: event.target.value })}
          >
            {mailboxes.map((each) => (
              <option key={each.id} value={String(each.id)}>
                {each.name} – {each.address}
              </option>
            ))}
          </select>
        </div>
        {mailbox && !mailbox.canSend && (
          <Notice tone="warn" icon="warning">
            {text('composer:cannotSend', { name: mailbox.name })}
          </Notice>
        )}
        <PersonField
          label={text('newTicket:requester')}
          people={requester}
          ref={requesterField}
          onChange={(next) => change({ requester: next })}
          isSingle
          isBoxed
          autoFocus={!requester.length}
        />
        <PersonField
          label={text('composer:cc')}
          people={cc}
          ref={ccField}
          onChange={(next) => change({ cc: next })}
          isBoxed
        />
        <div className="hd-form__field">
          <label htmlFor={`${id}-subject`}>{text('field:subject')}</label>
          <input
            id={`${id}-subject`}
            type="text"
            maxLength={500}
            value={subject}
            aria-invalid={problem?.field === 'subject'}
            onChange={(event) => change({ subject: event.target.value })}
          />
        </div>
        <div className="hd-form__editor">
          <Editor
            name="helpdeskNewTicket"
            label={text('newTicket:message')}
            placeholder={text('newTicket:placeholder')}
            messages={slugs.messages}
            value={source}
            onChange={(next) => change({ source: next })}
            box={box}
          />
          <FileChips
            files={files}
            uploads={uploads.uploads}
            onRemove={(file) => {
              change({ files: files.filter((each) => each.id !== file.id) })
              request.remove(`/attachments/${file.id}`).catch(() => undefined)
            }}
          />
        </div>
        {problem && (
          <Notice tone="bad" icon="warning" isUrgent>
            {problem.words}
          </Notice>
        )}
        <div className="hd-form__foot">
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            onChange={(event) => {
              uploads.start([...(event.target.files ?? [])])
              event.target.value = ''
            }}
          />
          <button
            type="button"
            className="hd-icon-button"
            aria-label={text('composer:attach')}
            title={text('composer:attach')}
            onClick={() => picker.current?.click()}
          >
            <Icon name="clip" />
          </button>
          <label className="hd-form__inline">
            {text('field:priority')}
            <select
              value={priority}
              onChange={(event) => change({ priority: event.target.value as Priority })}
            >
              {priorities.map((value) => (
                <option key={value} value={value}>
                  {text(`priority:${value}`)}
                </option>
              ))}
            </select>
          </label>
          <label className="hd-form__check">
            <input
              type="checkbox"
              checked={isMine}
              onChange={(event) => change({ isMine: event.target.checked })}
            />
            {text('newTicket:mine')}
          </label>
          {written.isBegun && (
            <button type="button" className="hd-button" disabled={isSending} onClick={discard}>
              {text('newTicket:discard')}
            </button>
          )}
          <button
            type="submit"
            className="hd-button hd-button--primary"
            disabled={isSending || uploads.isBusy || !mailbox}
          >
            {isSending ? <Spinner label={text('composer:sending')} /> : <Icon name="reply" size={14} />}
            {text('newTicket:send')}
          </button>
        </div>
      </form>
    </section>
  )
}
