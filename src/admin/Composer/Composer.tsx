'use client'
import { type KeyboardEvent, type Ref, useEffect, useId, useImperativeHandle, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
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
import { Editor, focusEditor, readEditor } from './Editor.js'
import { FileChips } from './FileChips.js'
import { newerMessages, seenMessage } from './newer.js'
import { PersonField } from './PersonField.js'
import { SendButton, type SendHow } from './SendButton.js'
import { isBlank } from './source.js'
import type { DraftKind, Drafts } from './useDrafts.js'
import { useIsNarrow } from './useIsNarrow.js'
import { useSending } from './useSending.js'
import { useUploads } from './useUploads.js'

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

/** Where replies and notes are written. */
export const Composer = ({ ref, thread, drafts, isHidden, onChanged }: ComposerProps) => {
  const { text, me, slugs, request } = useDesk()
  const { overview, go, step } = useInbox()
  const { ticket } = thread
  const [opened, setOpened] = useState<{ ticket: DocID; kind: DraftKind | null } | null>(null)
  const [seen, setSeen] = useState<{ ticket: DocID; id: DocID | undefined } | null>(null)
  const [isDropping, setDropping] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const id = useId()

  const waiting = (['reply', 'note'] as const).find(
    (kind) => thread.drafts[kind] && drafts.get(kind)?.savedAt,
  )
  const isNarrow = useIsNarrow()
  const kind = opened?.ticket === ticket.id ? opened.kind : null
  const shown = kind ?? waiting ?? 'reply'
  const written = drafts.get(shown)!
  const isNote = shown === 'note'

  const open = (next: DraftKind) => {
    // At once, so that the next key goes into the editor and is no shortcut.
    flushSync(() => {
      setOpened({ ticket: ticket.id, kind: next })
      setSeen((before) =>
        before?.ticket === ticket.id ? before : { ticket: ticket.id, id: thread.messages.at(-1)?.id },
      )
    })
    focusEditor(box.current)
  }
  const close = () => {
    setOpened({ ticket: ticket.id, kind: null })
    sending.setProblem(null)
  }
  const restore = (to: DocID, draft: Draft) => {
    drafts.restore(to, 'reply', draft)
    if (to !== ticket.id) go({ ticket: String(to) })
    setOpened({ ticket: to, kind: 'reply' })
    setTimeout(() => focusEditor(box.current), 80)
  }
  const sending = useSending({
    onUndone: (to, draft) => {
      restore(to, draft)
      void onChanged()
    },
  })
  useImperativeHandle(ref, () => ({ open, restore }))
  useKeys({ r: isHidden ? undefined : () => open('reply'), n: isHidden ? undefined : () => open('note') })

  // biome-ignore lint/correctness/useExhaustiveDependencies: another ticket begins without the last one's refusal
  useEffect(() => sending.setProblem(null), [ticket.id])

  const uploads = useUploads({
    maxSize: overview?.maxAttachmentSize ?? Number.POSITIVE_INFINITY,
    onDone: (file) => drafts.change(ticket.id, shown, ({ files }) => ({ files: [...files, file] })),
  })

  const since = {
    messages: thread.messages,
    seen: seen?.ticket === ticket.id ? seen.id : undefined,
    me: me.id,
  }
  const newer = kind ? newerMessages(since) : []
  const acknowledge = () => setSeen({ ticket: ticket.id, id: thread.messages.at(-1)?.id })

  // What was stopped goes on the same way, e.g. "send and resolve".
  const stopped = useRef<SendHow>({})
  const send = async (how: SendHow, isLooked = false) => {
    if (sending.isSending || uploads.isBusy) return
    stopped.current = how
    const source = readEditor(box.current) ?? written.source
    drafts.change(ticket.id, shown, { source })
    await drafts.settle(ticket.id, shown)
    const newest = thread.messages.at(-1)?.id
    const done = await sending.send({
      thread,
      kind: shown,
      written: { ...written, source },
      ...(how.status ? { status: how.status } : {}),
      seen: isLooked ? newest : (seenMessage(since) ?? newest),
    })
    if (!done) {
      await drafts.save(`${ticket.id}.${shown}`)
      void onChanged()
      return
    }
    drafts.drop(ticket.id, shown)
    setOpened(null)
    setSeen(null)
    focusThread(box.current?.closest('.hd-composer'))
    if (how.andNext) step(1, { orList: true })
    void onChanged()
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      event.stopPropagation()
      void send(event.shiftKey && !isNote ? { status: 'resolved', andNext: true } : {})
    }
  }
  const onEscape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    event.preventDefault()
    close()
    document.querySelector<HTMLElement>('.hd-thread')?.focus()
  }
  const takeFiles = (list: FileList | null | undefined): boolean => {
    if (!list?.length) return false
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
  const isLocked = sending.isSending
  const problem = sending.problem
  // What was begun opens by itself, unless it was put aside or would cover the thread.
  const isAside = isNarrow || opened?.ticket === ticket.id
  const isOpen = kind !== null || Boolean(waiting && !isAside)

  return (
    <section
      className={`hd-composer hd-composer--${shown}${isOpen ? '' : ' hd-composer--closed'}${isDropping ? ' hd-composer--drop' : ''}`}
      aria-label={text('composer:title')}
      hidden={isHidden}
      onKeyDownCapture={onKeyDown}
      onKeyDown={onEscape}
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
          waiting={waiting ?? null}
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
                label={text('composer:to')}
                people={written.to}
                isKnown={(address) => known.has(addressKey(address))}
                onChange={(to) => drafts.change(ticket.id, 'reply', { to })}
              />
              <PersonField
                label={text('composer:cc')}
                people={written.cc}
                isKnown={(address) => known.has(addressKey(address))}
                onChange={(cc) => drafts.change(ticket.id, 'reply', { cc })}
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
            onChange={(source) => drafts.change(ticket.id, shown, { source })}
            box={box}
          />
          <FileChips
            files={written.files}
            uploads={uploads.uploads}
            onRemove={(file) => {
              drafts.change(ticket.id, shown, ({ files }) => ({
                files: files.filter(({ id }) => id !== file.id),
              }))
              request.remove(`/attachments/${file.id}`).catch(() => undefined)
            }}
          />
          {newer.length > 0 && (
            <Notice
              tone="warn"
              icon="warning"
              isUrgent
              actions={
                <>
                  <button
                    type="button"
                    className="hd-button"
                    onClick={() => {
                      document
                        .querySelector(`[data-message="${newer[0]!.id}"]`)
                        ?.scrollIntoView({ block: 'start' })
                      if (problem?.key !== 'newerArrived') acknowledge()
                    }}
                  >
                    {text('composer:look')}
                  </button>
                  {problem?.key === 'newerArrived' && (
                    <button
                      type="button"
                      className="hd-button hd-button--primary"
                      onClick={() => void send(stopped.current, true)}
                    >
                      {text('composer:sendAnyway')}
                    </button>
                  )}
                </>
              }
            >
              {text(problem?.key === 'newerArrived' ? 'composer:stopped' : 'composer:newer', {
                count: newer.length,
                name: newer.at(-1)!.from.name || newer.at(-1)!.from.address,
              })}
            </Notice>
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
              disabled={isLocked || uploads.isBusy}
              title={text('composer:sendHint')}
              onClick={() => void send({})}
            >
              <Icon name="note" size={14} />
              {text('composer:addNote')}
            </button>
          ) : (
            <SendButton isSending={isLocked} isDisabled={uploads.isBusy} onSend={(how) => void send(how)} />
          )}
        </div>
      </div>
    </section>
  )
}
