'use client'
import { toast } from '@payloadcms/ui'
import { useRef, useState } from 'react'
import type { DocID } from '../../collections/types.js'
import type { Acts, Draft, ThreadView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { inTurn } from '../desk/inTurn.js'
import { RequestError } from '../desk/request.js'
import { isBlank } from './source.js'
import type { DraftKind, Written } from './useDrafts.js'
import { useTryKey } from './useTryKey.js'

export type SendProblem = { key: string; words: string }

type Sent = { message: DocID; undoMs?: number }

type SendArgs = {
  thread: ThreadView
  kind: DraftKind
  written: Written
  status?: Acts['reply']['status']
  seen: DocID | undefined
}

type UseSendingArgs = {
  /** Saves what was begun since, so that taking back keeps it. */
  beforeUndo: (ticket: DocID) => Promise<unknown>
  onUndone: (ticket: DocID, draft: Draft) => void
}

type Place = { isSending?: boolean; problem?: SendProblem | null }

/**
 * Sends what was written; what goes wrong is said and nothing that was written is lost. Each ticket has its own state:
 * the agent may be in another one when the answer comes.
 */
export const useSending = ({ beforeUndo, onUndone }: UseSendingArgs) => {
  const { request, explain, text, complain } = useDesk()
  const [places, setPlaces] = useState<ReadonlyMap<DocID, Place>>(new Map())
  // At once, not with the next picture: a double click is one act.
  const taken = useRef(new Set<DocID>())
  const tryOf = useTryKey()
  const put = (ticket: DocID, place: Place) =>
    setPlaces((before) => new Map(before).set(ticket, { ...before.get(ticket), ...place }))
  const setProblem = (ticket: DocID, problem: SendProblem | null) => put(ticket, { problem })
  const take = (ticket: DocID): boolean => {
    if (taken.current.has(ticket)) return false
    taken.current.add(ticket)
    put(ticket, { isSending: true, problem: null })
    return true
  }
  const free = (ticket: DocID) => {
    taken.current.delete(ticket)
    put(ticket, { isSending: false })
  }

  const offerUndo = (ticket: DocID, sent: Sent) => {
    const left = sent.undoMs ?? 0
    if (left < 500) {
      toast.success(text('composer:sent'))
      return
    }
    toast.success(text('composer:sent'), {
      id: `sent-${sent.message}`,
      duration: left,
      action: {
        label: text('delivery:undo'),
        onClick: () => {
          beforeUndo(ticket)
            .then(() => request.post<{ draft: Draft }>(`/messages/${sent.message}/undo`))
            .then(({ draft }) => onUndone(ticket, draft))
            .catch(complain)
        },
      },
    })
  }

  const send = async ({ thread, kind, written, status, seen }: SendArgs): Promise<boolean> => {
    const { id } = thread.ticket
    const { source, to, cc, files } = written
    if (isBlank(source) && !files.length) {
      setProblem(id, { key: 'emptyMessage', words: text('composer:empty') })
      return false
    }
    if (kind === 'reply' && !to.length) {
      setProblem(id, { key: 'noRecipient', words: text('composer:noRecipient') })
      return false
    }
    const attachments = files.map((file) => file.id)
    try {
      if (kind === 'note') {
        const body: Acts['note'] = { source, attachments }
        const requestKey = tryOf.key(id, body)
        await inTurn(id, () => request.post<Sent>(`/tickets/${id}/note`, { body: { ...body, requestKey } }))
      } else {
        const body: Acts['reply'] = {
          source,
          to,
          cc,
          attachments,
          ...(status ? { status } : {}),
        }
        const requestKey = tryOf.key(id, body)
        const look = seen === undefined ? {} : { seen }
        const post = () =>
          request.post<Sent>(`/tickets/${id}/reply`, { body: { ...body, ...look, requestKey } })
        offerUndo(id, await inTurn(id, post))
      }
      tryOf.forget(id)
      return true
    } catch (error) {
      setProblem(id, { key: error instanceof RequestError ? error.key : '', words: explain(error) })
      return false
    }
  }
  return {
    send,
    take,
    free,
    setProblem,
    isSending: (ticket: DocID): boolean => places.get(ticket)?.isSending ?? false,
    problemOf: (ticket: DocID): SendProblem | null => places.get(ticket)?.problem ?? null,
  }
}
