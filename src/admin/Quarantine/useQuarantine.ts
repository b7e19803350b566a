'use client'
import { toast } from '@payloadcms/ui'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Mailbox } from '../../collections/types.js'
import type { QuarantineActs, QuarantinePage, TicketRow } from '../api.js'
import { useDesk, useLive } from '../desk/Desk.js'
import { useInOrder } from '../desk/useInOrder.js'

export type QuarantinedMail = QuarantinePage['mails'][number]

export type QuarantineAct = keyof QuarantineActs

const pageSize = 50
const refreshMs = 5000

type ActArgs = { mail: QuarantinedMail; verb: QuarantineAct; body?: { requester?: Mailbox } }

/** The mails in quarantine, kept fresh, and what can be done with one. */
export const useQuarantine = (onLeft: (index: number) => void) => {
  const { text, request, adminUrl, slugs, complain } = useDesk()
  const [mails, setMails] = useState<QuarantinedMail[] | null>(null)
  const [next, setNext] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState<QuarantinedMail['id'] | null>(null)

  const inOrder = useInOrder()
  const acts = useRef(0)

  const read = useCallback(
    async (after: string | null = null): Promise<void> => {
      const isNewest = inOrder()
      const before = acts.current
      try {
        const page = await request.get<QuarantinePage>('/quarantine', { query: { after } })
        // What was asked for before a mail was dealt with still holds that mail.
        if (before !== acts.current) return await read(after)
        if (!isNewest() && !after) return
        setMails((before) => (after ? [...(before ?? []), ...page.mails] : page.mails))
        setNext(page.next)
        setError(null)
      } catch (failed) {
        setError(failed)
      }
    },
    [request, inOrder],
  )
  useEffect(() => void read(), [read])
  // Whoever has turned pages keeps them.
  const isFirstPage = (mails?.length ?? 0) <= pageSize
  useEffect(() => {
    if (!isFirstPage) return
    const timer = setInterval(() => document.visibilityState === 'visible' && void read(), refreshMs)
    return () => clearInterval(timer)
  }, [read, isFirstPage])
  useLive((event) => {
    if (event.type === 'overview' && isFirstPage) void read()
  })

  const act = async ({ mail, verb, body = {} }: ActArgs) => {
    setBusy(mail.id)
    try {
      const answer = await request.post<{ ticket?: TicketRow }>(`/quarantine/${mail.id}/${verb}`, { body })
      acts.current += 1
      const { ticket } = answer
      toast.success(
        text(`quarantine:done:${verb}`),
        ticket && {
          action: {
            label: text('quarantine:openTicket'),
            onClick: () =>
              window.location.assign(adminUrl(`/collections/${slugs.tickets}/inbox/${ticket.id}`)),
          },
        },
      )
      const index = mails?.findIndex(({ id }) => id === mail.id) ?? 0
      setMails((before) => before?.filter(({ id }) => id !== mail.id) ?? null)
      onLeft(index)
    } catch (failed) {
      complain(failed)
      void read()
    } finally {
      setBusy(null)
    }
  }
  return { mails, next, error, busy, read, act }
}
