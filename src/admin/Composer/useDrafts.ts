'use client'
import { useCallback, useEffect, useReducer, useRef } from 'react'
import type { DocID, Mailbox } from '../../collections/types.js'
import type { AttachmentView, Draft, ThreadView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import type { AskedThread } from '../Thread/useThread.js'
import { followRecipients } from './people.js'
import { isBlank, isSameSource } from './source.js'

export type DraftKind = 'reply' | 'note'

export type Written = {
  source: unknown
  to: Mailbox[]
  cc: Mailbox[]
  files: AttachmentView[]
}

type Change = {
  ticket: DocID
  kind: DraftKind
  part: Partial<Written> | ((before: Written) => Partial<Written>)
}

type Entry = Written & {
  ticket: DocID
  kind: DraftKind
  savedAt: string | null
  /** When the server answered that it has it, by this page's clock. */
  storedAt?: number
  state: 'clean' | 'dirty' | 'saving' | 'failed'
  /** Sent or taken away; what the server still had of it is old. */
  isGone?: boolean
}

/** Saved when the typing pauses this long. */
const pauseMs = 1_000
const retryMs = 8_000

const fromThread = (thread: ThreadView, kind: DraftKind): Entry => {
  const draft: Draft | null = thread.drafts[kind]
  return {
    ticket: thread.ticket.id,
    kind,
    source: draft?.source ?? undefined,
    to: draft?.to ?? thread.replyTo.to,
    cc: draft?.cc ?? thread.replyTo.cc,
    files: draft?.attachments ?? [],
    savedAt: draft?.updatedAt ?? null,
    state: 'clean',
  }
}

const keyOf = (ticket: DocID, kind: DraftKind) => `${ticket}.${kind}`

/**
 * What is being written, by ticket and kind, kept on the server while it is typed. It outlives a change of ticket:
 * what was begun here and what arrives late go where they belong.
 */
export const useDrafts = (thread: AskedThread | null) => {
  const { request } = useDesk()
  const entries = useRef(new Map<string, Entry>())
  // Where each draft began: the editor may report a change after its ticket was left.
  const starts = useRef(new Map<string, Entry>())
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>())
  const running = useRef(new Map<string, Promise<void>>())
  // How often a draft was replaced as a whole: then the editor begins anew.
  const versions = useRef(new Map<string, number>())
  const [, redraw] = useReducer((count: number) => count + 1, 0)
  const threadRef = useRef(thread)
  threadRef.current = thread

  const replace = useCallback((key: string, entry: Entry) => {
    entries.current.set(key, entry)
    versions.current.set(key, (versions.current.get(key) ?? 0) + 1)
    redraw()
  }, [])

  const save = useCallback(
    async (key: string, keepalive = false): Promise<void> => {
      clearTimeout(timers.current.get(key))
      timers.current.delete(key)
      await running.current.get(key)
      const entry = entries.current.get(key)
      if (!entry || (entry.state !== 'dirty' && entry.state !== 'failed')) return
      entry.state = 'saving'
      redraw()
      const { kind, source, to, cc, files } = entry
      const body = {
        kind,
        source: isBlank(source) ? null : source,
        attachments: files.map(({ id }) => id),
        ...(kind === 'reply' ? { to, cc } : {}),
      }
      const work = request
        .post<{ updatedAt: string | null }>(`/tickets/${entry.ticket}/draft`, { body, keepalive })
        .then(({ updatedAt }) => {
          entry.savedAt = updatedAt
          entry.storedAt = performance.now()
          if (entry.state === 'saving') entry.state = 'clean'
        })
        .catch(() => {
          if (entry.state !== 'saving') return
          entry.state = 'failed'
          timers.current.set(
            key,
            setTimeout(() => void save(key), retryMs),
          )
        })
        .finally(() => {
          running.current.delete(key)
          redraw()
        })
      running.current.set(key, work)
      return work
    },
    [request],
  )

  const get = useCallback((kind: DraftKind): Entry | null => {
    const now = threadRef.current
    if (!now) return null
    const key = keyOf(now.ticket.id, kind)
    const entry = entries.current.get(key)
    if (entry?.isGone && !now.drafts[kind] && entry.state === 'clean') entries.current.delete(key)
    else if (entry) return entry
    const start = fromThread(now, kind)
    const known = starts.current.get(key)
    // Written elsewhere since the thread was read: the editor here begins anew with it.
    if (known && known.savedAt !== start.savedAt && !isSameSource(known.source, start.source)) {
      versions.current.set(key, (versions.current.get(key) ?? 0) + 1)
    }
    starts.current.set(key, start)
    return start
  }, [])

  const change = useCallback(
    ({ ticket, kind, part }: Change) => {
      const key = keyOf(ticket, kind)
      const before = entries.current.get(key) ?? starts.current.get(key)
      if (!before) return
      const next = typeof part === 'function' ? part(before) : part
      // The editor reports what it was given, too.
      const isNothing =
        Object.keys(next).length === 1 &&
        'source' in next &&
        (isSameSource(next.source, before.source) || (isBlank(next.source) && isBlank(before.source)))
      if (isNothing) return
      entries.current.set(key, { ...before, ...next, state: 'dirty', isGone: false })
      clearTimeout(timers.current.get(key))
      timers.current.set(
        key,
        setTimeout(() => void save(key), pauseMs),
      )
      redraw()
    },
    [save],
  )

  /** Empties a draft here; the server has dropped it with the act that used it up. */
  const drop = useCallback(
    (ticket: DocID, kind: DraftKind) => {
      const key = keyOf(ticket, kind)
      clearTimeout(timers.current.get(key))
      timers.current.delete(key)
      const now = threadRef.current
      const replyTo = now && now.ticket.id === ticket ? now.replyTo : { to: [], cc: [] }
      replace(key, {
        ...replyTo,
        ticket,
        kind,
        source: undefined,
        files: [],
        savedAt: null,
        state: 'clean',
        isGone: true,
      })
    },
    [replace],
  )

  /** Takes a draft that the server gave back. */
  const restore = useCallback(
    ({ ticket, kind, draft }: { ticket: DocID; kind: DraftKind; draft: Draft }) => {
      replace(keyOf(ticket, kind), {
        ticket,
        kind,
        source: draft.source ?? undefined,
        to: draft.to ?? [],
        cc: draft.cc ?? [],
        files: draft.attachments,
        savedAt: draft.updatedAt,
        storedAt: performance.now(),
        state: 'clean',
      })
    },
    [replace],
  )

  const version = useCallback((kind: DraftKind): number => {
    const now = threadRef.current
    return now ? (versions.current.get(keyOf(now.ticket.id, kind)) ?? 0) : 0
  }, [])

  /** Waits until nothing of a draft is on its way, so that no late save brings back what was sent. */
  const settle = useCallback(async (ticket: DocID, kind: DraftKind) => {
    const key = keyOf(ticket, kind)
    clearTimeout(timers.current.get(key))
    timers.current.delete(key)
    await running.current.get(key)
  }, [])

  useEffect(() => {
    const saveAll = () => {
      for (const key of [...timers.current.keys()]) void save(key, true)
    }
    window.addEventListener('pagehide', saveAll)
    return () => {
      window.removeEventListener('pagehide', saveAll)
      saveAll()
    }
  }, [save])

  // Who takes part may change while a reply to them is being written.
  const recipients = useRef(new Map<DocID, ThreadView['replyTo']>())
  useEffect(() => {
    if (!thread) return
    const { ticket, replyTo } = thread
    const before = recipients.current.get(ticket.id)
    recipients.current.set(ticket.id, replyTo)
    const entry = entries.current.get(keyOf(ticket.id, 'reply')) ?? thread.drafts.reply
    if (!before || !entry) return
    const chosen = { to: entry.to ?? [], cc: entry.cc ?? [] }
    const next = followRecipients(chosen, { before, after: replyTo })
    if (next) change({ ticket: ticket.id, kind: 'reply', part: next })
  }, [thread, change])

  // A ticket that is left keeps what was typed a moment ago.
  const id = thread?.ticket.id
  useEffect(() => {
    if (id === undefined) return
    return () => {
      for (const kind of ['reply', 'note'] as const)
        if (timers.current.has(keyOf(id, kind))) void save(keyOf(id, kind))
    }
  }, [id, save])

  /** Whether something of this kind has been begun in the ticket that is shown. */
  const isBegun = useCallback(
    (kind: DraftKind): boolean => {
      const entry = get(kind)
      return Boolean(entry && (!isBlank(entry.source) || entry.files.length))
    },
    [get],
  )

  /** Whether what was begun is still to be sent: the thread may have been asked for before it was stored. */
  const isWaiting = useCallback(
    (kind: DraftKind): boolean => {
      const now = threadRef.current
      const entry = get(kind)
      if (!now || !entry || !isBegun(kind)) return false
      return Boolean(now.drafts[kind]) || entry.state !== 'clean' || (entry.storedAt ?? 0) > now.askedAt
    },
    [get, isBegun],
  )

  return { get, isBegun, isWaiting, change, drop, restore, settle, save, version }
}

export type Drafts = ReturnType<typeof useDrafts>
