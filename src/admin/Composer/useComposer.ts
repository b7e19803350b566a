'use client'
import { useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { DocID } from '../../collections/types.js'
import type { Draft, ThreadView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { focusThread } from '../desk/focus.js'
import { useInbox } from '../Inbox/InboxContext.js'
import { focusEditor, readEditor } from './Editor.js'
import { newerMessages, seenBefore, seenMessage } from './newer.js'
import type { PersonFieldHandle } from './PersonField.js'
import type { SendHow } from './SendButton.js'
import type { DraftKind, Drafts } from './useDrafts.js'
import { useIsNarrow } from './useIsNarrow.js'
import { useSending } from './useSending.js'
import { useUploads } from './useUploads.js'

type UseComposerArgs = {
  thread: ThreadView
  drafts: Drafts
  isHidden: boolean
  onChanged: () => Promise<unknown>
}

/** What is being written, to whom, what has come since, and sending it. */
export const useComposer = ({ thread, drafts, isHidden, onChanged }: UseComposerArgs) => {
  const { text, me } = useDesk()
  const { overview, go, step } = useInbox()
  const { ticket } = thread
  const [opened, setOpened] = useState<{ ticket: DocID; kind: DraftKind | null } | null>(null)
  // The newest message that was there when the writing began, by ticket.
  const [seen, setSeen] = useState<ReadonlyMap<DocID, DocID | undefined>>(new Map())
  const box = useRef<HTMLDivElement>(null)
  const fields = { to: useRef<PersonFieldHandle>(null), cc: useRef<PersonFieldHandle>(null) }
  const isNarrow = useIsNarrow()

  const waiting = (['reply', 'note'] as const).find(drafts.isWaiting)
  const kind = opened?.ticket === ticket.id ? opened.kind : null
  const shown = kind ?? waiting ?? 'reply'
  const written = drafts.get(shown)!
  // What was begun opens by itself, unless it was put aside or would cover the thread.
  const isAside = isNarrow || opened?.ticket === ticket.id
  const isOpen = kind !== null || Boolean(waiting && !isAside)

  // What the page shows when an act ends may be another ticket than the one it was for.
  const latest = useRef({ ticket: ticket.id, isHidden, step })
  latest.current = { ticket: ticket.id, isHidden, step }
  const isHere = (id: DocID) => latest.current.ticket === id && !latest.current.isHidden

  const look = (id: DocID, message: DocID | undefined) =>
    setSeen((before) => new Map(before).set(id, message))
  const began = () => seenBefore(thread.messages, written.savedAt)
  const open = (next: DraftKind) => {
    // At once, so that the next key goes into the editor and is no shortcut.
    flushSync(() => {
      if (!isOpen && !drafts.isBegun(next)) look(ticket.id, thread.messages.at(-1)?.id)
      setOpened({ ticket: ticket.id, kind: next })
    })
    focusEditor(box.current)
  }
  const close = () => {
    setOpened({ ticket: ticket.id, kind: null })
    sending.setProblem(ticket.id, null)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was seen is settled when the box opens, not later
  useEffect(() => {
    if (isOpen && !seen.has(ticket.id)) look(ticket.id, began())
  }, [isOpen, ticket.id])

  const restore = (to: DocID, draft: Draft) => {
    drafts.restore({ ticket: to, kind: 'reply', draft })
    if (to !== ticket.id) go({ ticket: String(to) })
    setOpened({ ticket: to, kind: 'reply' })
    setTimeout(() => focusEditor(box.current), 80)
  }
  const sending = useSending({
    beforeUndo: (to) => drafts.save(`${to}.reply`),
    onUndone: (to, draft) => {
      restore(to, draft)
      void onChanged()
    },
  })

  const uploads = useUploads({
    scope: `${ticket.id}.${shown}`,
    maxSize: overview?.maxAttachmentSize ?? Number.POSITIVE_INFINITY,
    onDone: (file) =>
      drafts.change({ ticket: ticket.id, kind: shown, part: ({ files }) => ({ files: [...files, file] }) }),
  })

  const since = { messages: thread.messages, seen: seen.get(ticket.id) ?? began(), me: me.id }
  const newer = isOpen ? newerMessages(since) : []
  const acknowledge = () => look(ticket.id, thread.messages.at(-1)?.id)

  // What was stopped goes on the same way, e.g. "send and resolve".
  const stopped = useRef<SendHow>({})
  const send = async (how: SendHow, isLooked = false) => {
    const { id } = ticket
    if (uploads.isBusy || !sending.take(id)) return
    try {
      stopped.current = how
      const source = readEditor(box.current) ?? written.source
      drafts.change({ ticket: id, kind: shown, part: { source } })
      const people = shown === 'reply' ? peopleOf() : {}
      if (!people) return sending.setProblem(id, { key: 'badAddress', words: text('composer:badAddress') })
      const newest = thread.messages.at(-1)?.id
      const before = isLooked ? newest : (seenMessage(since) ?? newest)
      await drafts.settle(id, shown)
      const done = await sending.send({
        thread,
        kind: shown,
        written: { ...written, ...people, source },
        ...(how.status ? { status: how.status } : {}),
        seen: before,
      })
      if (!done) {
        // Beside it: who presses Send again does not wait for that.
        void drafts.save(`${id}.${shown}`)
        return
      }
      // Taken back within the undo window it goes on from here.
      look(id, before)
      drafts.drop(id, shown)
      setOpened((now) => (now?.ticket === id ? null : now))
      if (!isHere(id)) return
      if (how.andNext) latest.current.step(1, { orList: true })
      else focusThread(box.current?.closest('.hd-composer'))
    } finally {
      sending.free(id)
      if (isHere(id)) void onChanged()
    }
  }
  /** The recipients with what stands typed in their fields; nothing where that is no address. */
  const peopleOf = () => {
    const to = fields.to.current?.commit() ?? written.to
    const cc = fields.cc.current?.commit() ?? written.cc
    if (to === 'wrong' || cc === 'wrong') return null
    drafts.change({ ticket: ticket.id, kind: 'reply', part: { to, cc } })
    return { to, cc }
  }

  return {
    shown,
    written,
    isOpen,
    waiting: waiting ?? null,
    open,
    close,
    restore,
    send,
    sendStopped: () => send(stopped.current, true),
    isSending: sending.isSending(ticket.id),
    problem: sending.problemOf(ticket.id),
    newer,
    acknowledge,
    uploads,
    box,
    fields,
  }
}
