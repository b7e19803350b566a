'use client'
import { toast } from '@payloadcms/ui'
import { type FormEvent, useId, useRef, useState } from 'react'
import type { DocID, Mailbox } from '../../collections/types.js'
import { type Priority, priorities } from '../../rules/priority.js'
import type { AttachmentView, NewTicket as NewTicketBody, TicketRow } from '../api.js'
import { Editor, readEditor } from '../Composer/Editor.js'
import { FileChips } from '../Composer/FileChips.js'
import { PersonField } from '../Composer/PersonField.js'
import { isBlank } from '../Composer/source.js'
import { useUploads } from '../Composer/useUploads.js'
import { useDesk } from '../desk/Desk.js'
import { RequestError } from '../desk/request.js'
import { useActs } from '../desk/useActs.js'
import { Icon } from '../elements/icons.js'
import { Notice } from '../elements/Notice.js'
import { Spinner } from '../elements/Spinner.js'
import { useInbox } from '../Inbox/InboxContext.js'

/** A ticket on behalf of a customer: what is written goes to them by mail. */
export const NewTicket = () => {
  const { text, slugs, request, explain, me } = useDesk()
  const { overview, go, place } = useInbox()
  const { show } = useActs()
  const id = useId()
  const mailboxes = (overview?.mailboxes ?? []).filter(({ archived }) => !archived)
  const [chosen, setMailbox] = useState(place.mailbox)
  const mailbox = mailboxes.find((each) => String(each.id) === chosen) ?? mailboxes[0]
  const [requester, setRequester] = useState<Mailbox[]>([])
  const [cc, setCc] = useState<Mailbox[]>([])
  const [subject, setSubject] = useState('')
  const [priority, setPriority] = useState<Priority>('normal')
  const [isMine, setMine] = useState(true)
  const [source, setSource] = useState<unknown>(undefined)
  const [files, setFiles] = useState<AttachmentView[]>([])
  const [problem, setProblem] = useState<{ words: string; field?: string } | null>(null)
  const [isSending, setSending] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const uploads = useUploads({
    maxSize: overview?.maxAttachmentSize ?? Number.POSITIVE_INFINITY,
    onDone: (file) => setFiles((before) => [...before, file]),
  })

  const submit = async (event?: FormEvent) => {
    event?.preventDefault()
    const body = readEditor(box.current) ?? source
    const person = requester[0]
    if (!person) return setProblem({ words: text('newTicket:noRequester'), field: 'requester' })
    if (!subject.trim()) return setProblem({ words: text('newTicket:noSubject'), field: 'subject' })
    if (isBlank(body) && !files.length) return setProblem({ words: text('composer:empty') })
    if (!mailbox || isSending || uploads.isBusy) return
    setSending(true)
    setProblem(null)
    const ticket: NewTicketBody = {
      mailbox: mailbox.id,
      requester: person,
      cc,
      subject: subject.trim(),
      source: body,
      attachments: files.map((file) => file.id),
      priority,
      assignee: isMine ? me.id : null,
    }
    try {
      const answer = await request.post<{ ticket: TicketRow; message: DocID }>('/tickets', ticket)
      show(answer.ticket)
      toast.success(text('newTicket:done', { number: answer.ticket.number }))
      go({ ticket: String(answer.ticket.id) }, { replace: true })
    } catch (error) {
      setProblem({
        words: explain(error),
        ...(error instanceof RequestError ? { field: Object.keys(error.fields)[0] ?? '' } : {}),
      })
      setSending(false)
    }
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
            onChange={(event) => setMailbox(event.target.value)}
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
          onChange={setRequester}
          isSingle
          isBoxed
          autoFocus
        />
        <PersonField label={text('composer:cc')} people={cc} onChange={setCc} isBoxed />
        <div className="hd-form__field">
          <label htmlFor={`${id}-subject`}>{text('field:subject')}</label>
          <input
            id={`${id}-subject`}
            type="text"
            maxLength={500}
            value={subject}
            aria-invalid={problem?.field === 'subject'}
            onChange={(event) => setSubject(event.target.value)}
          />
        </div>
        <div className="hd-form__editor">
          <Editor
            name="helpdeskNewTicket"
            label={text('newTicket:message')}
            placeholder={text('newTicket:placeholder')}
            messages={slugs.messages}
            value={source}
            onChange={setSource}
            box={box}
          />
          <FileChips
            files={files}
            uploads={uploads.uploads}
            onRemove={(file) => setFiles(files.filter((each) => each.id !== file.id))}
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
            <select value={priority} onChange={(event) => setPriority(event.target.value as Priority)}>
              {priorities.map((value) => (
                <option key={value} value={value}>
                  {text(`priority:${value}`)}
                </option>
              ))}
            </select>
          </label>
          <label className="hd-form__check">
            <input type="checkbox" checked={isMine} onChange={(event) => setMine(event.target.checked)} />
            {text('newTicket:mine')}
          </label>
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
