'use client'
import { toast } from '@payloadcms/ui'
import { useState } from 'react'
import type { DocID } from '../../collections/types.js'
import type { Acts, Draft, ThreadView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { RequestError } from '../desk/request.js'
import { isBlank } from './source.js'
import type { DraftKind, Written } from './useDrafts.js'

export type SendProblem = { key: string; words: string }

type Sent = { message: DocID; undoUntil?: string | null }

type SendArgs = {
  thread: ThreadView
  kind: DraftKind
  written: Written
  status?: Acts['reply']['status']
  seen: DocID | undefined
}

/** Sends what was written; what goes wrong is said and nothing that was written is lost. */
export const useSending = ({ onUndone }: { onUndone: (ticket: DocID, draft: Draft) => void }) => {
  const { request, explain, text, complain } = useDesk()
  const [isSending, setSending] = useState(false)
  const [problem, setProblem] = useState<SendProblem | null>(null)

  const offerUndo = (ticket: DocID, sent: Sent) => {
    const left = sent.undoUntil ? Date.parse(sent.undoUntil) - Date.now() : 0
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
          request
            .post<{ draft: Draft }>(`/messages/${sent.message}/undo`)
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
      setProblem({ key: 'emptyMessage', words: text('composer:empty') })
      return false
    }
    if (kind === 'reply' && !to.length) {
      setProblem({ key: 'noRecipient', words: text('composer:noRecipient') })
      return false
    }
    setSending(true)
    setProblem(null)
    const attachments = files.map((file) => file.id)
    try {
      if (kind === 'note') {
        await request.post<Sent>(`/tickets/${id}/note`, { source, attachments } satisfies Acts['note'])
      } else {
        const body: Acts['reply'] = {
          source,
          to,
          cc,
          attachments,
          ...(status ? { status } : {}),
          ...(seen === undefined ? {} : { seen }),
        }
        offerUndo(id, await request.post<Sent>(`/tickets/${id}/reply`, body))
      }
      return true
    } catch (error) {
      setProblem({ key: error instanceof RequestError ? error.key : '', words: explain(error) })
      return false
    } finally {
      setSending(false)
    }
  }
  return { send, isSending, problem, setProblem }
}
