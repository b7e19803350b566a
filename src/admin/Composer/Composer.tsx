'use client'
import { type KeyboardEvent, type Ref, useId, useImperativeHandle, useRef, useState } from 'react'
import type { DocID } from '../../collections/types.js'
import { addressKey } from '../../rules/address.js'
import type { Draft, ThreadView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { focusThread } from '../desk/focus.js'
import { useKeys } from '../desk/keys.js'
import { Icon } from '../elements/icons.js'
import { Moment } from '../elements/Moment.js'
import { Notice } from '../elements/Notice.js'
import { useInbox } from '../Inbox/InboxContext.js'
import { ComposerStart } from './ComposerStart.js'
import { Editor } from './Editor.js'
import { FileChips } from './FileChips.js'
import { NewerNotice } from './NewerNotice.js'
import { PersonField } from './PersonField.js'
import { SendButton } from './SendButton.js'
import { isBlank } from './source.js'
import { useComposer } from './useComposer.js'
import type { DraftKind, Drafts } from './useDrafts.js'

export type ComposerHandle = {
  open: (kind: DraftKind) => void
  restore: (ticket: DocID, draft: Draft) => void
}

type ComposerProps = {
  ref?: Ref<ComposerHandle>
  thread: ThreadView
  drafts: Drafts
  /** Not to be seen while another ticket is read: the editor stays as it is. */
  isHidden: boolean
  /** Reads the thread again. */
  onChanged: () => Promise<unknown>
}

/** Keys that go on while the words are on their way: everything else would change what is being sent. */
const passing = new Set(['Tab', 'Escape', 'Shift', 'Control', 'Alt', 'Meta'])

/** Where replies and notes are written. */
export const Composer = ({ ref, thread, drafts, isHidden, onChanged }: ComposerProps) => {
  const { text, slugs, request } = useDesk()
  const { overview } = useInbox()
  const { ticket } = thread
  const [isDropping, setDropping] = useState(false)
  const picker = useRef<HTMLInputElement>(null)
  const id = useId()
  const composer = useComposer({ thread, drafts, isHidden, onChanged })
  const { shown, written, isOpen, waiting, open, close, restore, send } = composer
  const { isSending, problem, newer, uploads, box, fields } = composer
  const isNote = shown === 'note'

  useImperativeHandle(ref, () => ({ open, restore }))
  useKeys({ r: isHidden ? undefined : () => open('reply'), n: isHidden ? undefined : () => open('note') })

  const onKeyDown = (event: KeyboardEvent) => {
    if (isSending && !passing.has(event.key)) {
      event.preventDefault()
      event.stopPropagation()
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      event.stopPropagation()
      void send(event.shiftKey && !isNote ? { status: 'resolved', andNext: true } : {})
    }
  }
  const onEscape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    event.preventDefault()
    close()
    focusThread(event.currentTarget as Element)
  }
  const takeFiles = (list: FileList | null | undefined): boolean => {
    if (!list?.length || isSending) return false
    uploads.start([...list])
    return true
  }

  const known = new Set(
    [
      ...thread.participants.filter(({ accepted }) => accepted).map(({ address }) => address),
      ...thread.replyTo.to.map(({ address }) => address),
      ...thread.messages
        .filter(({ unverified }) => !unverified)
        .flatMap(({ from, recipients }) => [from.address, ...recipients.map(({ address }) => address)]),
    ].map(addressKey),
  )
  const mailbox = [thread.mailbox, ...(overview?.mailboxes ?? [])].find(({ id }) => id === ticket.mailbox)
  return (
    <section
      className={`hd-composer hd-composer--${shown}${isOpen ? '' : ' hd-composer--closed'}${isDropping ? ' hd-composer--drop' : ''}`}
      aria-label={text('composer:title')}
      hidden={isHidden}
      onKeyDownCapture={onKeyDown}
      onKeyDown={onEscape}
      onBeforeInputCapture={(event) => {
        if (isSending) event.preventDefault()
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        setDropping(true)
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node)) setDropping(false)
      }}
      onDropCapture={(event) => {
        setDropping(false)
        if (takeFiles(event.dataTransfer.files)) {
          event.preventDefault()
          event.stopPropagation()
        }
      }}
      onPasteCapture={(event) => {
        if (!takeFiles(event.clipboardData.files)) return
        event.preventDefault()
        event.stopPropagation()
      }}
    >
      {!isOpen && (
        <ComposerStart
          name={ticket.requester.name || ticket.requester.address}
          waiting={waiting}
          onOpen={open}
        />
      )}
      <div className="hd-composer__box" hidden={!isOpen}>
        <div className="hd-composer__head">
          <div className="hd-tabs" role="tablist" aria-label={text('composer:title')}>
            {(['reply', 'note'] as const).map((each) => (
              <button
                key={each}
                type="button"
                role="tab"
                id={`${id}-${each}`}
                aria-selected={shown === each}
                aria-controls={`${id}-panel`}
                className={`hd-tab hd-tab--${each}`}
                title={`${text(`composer:${each}`)} (${each === 'reply' ? 'R' : 'N'})`}
                onClick={() => open(each)}
              >
                <Icon name={each} size={14} />
                {text(`composer:${each}`)}
              </button>
            ))}
          </div>
          {isNote ? (
            <span className="hd-composer__who">{text('composer:noteHint')}</span>
          ) : (
            mailbox && (
              <span className="hd-composer__who">
                {text('composer:from', { name: mailbox.name, address: mailbox.address })}
              </span>
            )
          )}
          <button
            type="button"
            className="hd-icon-button"
            aria-label={text('composer:close')}
            title={`${text('composer:close')} (Esc)`}
            onClick={close}
          >
            <Icon name="chevron" />
          </button>
        </div>
        <div
          id={`${id}-panel`}
          role="tabpanel"
          aria-labelledby={`${id}-${shown}`}
          className="hd-composer__panel"
        >
          {!isNote && (
            <div className="hd-composer__people">
              <PersonField
                key={`to-${ticket.id}`}
                ref={fields.to}
                label={text('composer:to')}
                people={written.to}
                isKnown={(address) => known.has(addressKey(address))}
                onChange={(to) => drafts.change({ ticket: ticket.id, kind: 'reply', part: { to } })}
              />
              <PersonField
                key={`cc-${ticket.id}`}
                ref={fields.cc}
                label={text('composer:cc')}
                people={written.cc}
                isKnown={(address) => known.has(addressKey(address))}
                onChange={(cc) => drafts.change({ ticket: ticket.id, kind: 'reply', part: { cc } })}
              />
            </div>
          )}
          {!isNote && mailbox && !mailbox.canSend && (
            <Notice tone="warn" icon="warning">
              {text('composer:cannotSend', { name: mailbox.name })}
            </Notice>
          )}
          <Editor
            name={`helpdesk-${ticket.id}-${shown}-${drafts.version(shown)}`}
            label={text(isNote ? 'composer:noteLabel' : 'composer:replyLabel')}
            placeholder={text(isNote ? 'composer:notePlaceholder' : 'composer:replyPlaceholder')}
            messages={slugs.messages}
            value={written.source}
            onChange={(source) => drafts.change({ ticket: ticket.id, kind: shown, part: { source } })}
            box={box}
          />
          <FileChips
            files={written.files}
            uploads={uploads.uploads}
            onRemove={(file) => {
              drafts.change({
                ticket: ticket.id,
                kind: shown,
                part: ({ files }) => ({ files: files.filter(({ id }) => id !== file.id) }),
              })
              request.remove(`/attachments/${file.id}`).catch(() => undefined)
            }}
          />
          {newer.length > 0 && (
            <NewerNotice
              newer={newer}
              isStopped={problem?.key === 'newerArrived'}
              onLook={composer.acknowledge}
              onSend={() => void composer.sendStopped()}
            />
          )}
          {problem && !(problem.key === 'newerArrived' && newer.length > 0) && (
            <Notice tone="bad" icon="warning" isUrgent>
              {problem.words}
            </Notice>
          )}
        </div>
        <div className="hd-composer__foot">
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            onChange={(event) => {
              takeFiles(event.target.files)
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
          <span className="hd-composer__saved" role="status">
            {written.state === 'failed' ? (
              <span className="hd-bad">{text('composer:notSaved')}</span>
            ) : (
              written.savedAt &&
              !(isBlank(written.source) && !written.files.length) && (
                <>
                  {text('composer:saved')} <Moment at={written.savedAt} />
                </>
              )
            )}
          </span>
          {isNote ? (
            <button
              type="button"
              className="hd-button hd-button--note"
              disabled={isSending || uploads.isBusy}
              title={text('composer:sendHint')}
              onClick={() => void send({})}
            >
              <Icon name="note" size={14} />
              {text('composer:addNote')}
            </button>
          ) : (
            <SendButton isSending={isSending} isDisabled={uploads.isBusy} onSend={(how) => void send(how)} />
          )}
        </div>
      </div>
    </section>
  )
}
