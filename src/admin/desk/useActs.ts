'use client'
import { toast } from '@payloadcms/ui'
import { useCallback } from 'react'
import type { DocID } from '../../collections/types.js'
import type { ActResult, Acts, MessageActs, TicketRow } from '../api.js'
import { useDesk } from './Desk.js'
import { inTurn, isAllAnswered } from './inTurn.js'

type ActArgs<Verb extends keyof Acts> = {
  ticket: TicketRow
  verb: Verb
  body: Acts[Verb]
  /** What the row becomes, shown at once and taken back when the server refuses. */
  expect?: Partial<TicketRow>
  /** Said when it is done. */
  done?: string
}

type MessageActArgs<Verb extends keyof MessageActs> = { message: DocID; verb: Verb; body: MessageActs[Verb] }

/** Marks a change that the server has not confirmed: reading the thread again would show the state before it. */
export const expectedKind = 'expected'

/** The acts on tickets and messages, with a way back when the server refuses. */
export const useActs = () => {
  const { request, echo, complain, me } = useDesk()

  const show = useCallback(
    (ticket: TicketRow, isExpected = false) =>
      echo({
        type: 'ticket',
        ticket,
        kinds: isExpected ? [expectedKind] : [],
        actor: me.id,
        undelivered: false,
      }),
    [echo, me.id],
  )

  const act = useCallback(
    async <Verb extends keyof Acts>({
      ticket,
      verb,
      body,
      expect,
      done,
    }: ActArgs<Verb>): Promise<boolean> => {
      if (expect) show({ ...ticket, ...expect }, true)
      try {
        const result = await inTurn(ticket.id, (keepalive) =>
          request.post<Partial<ActResult>>(`/tickets/${ticket.id}/${verb}`, { body, keepalive }),
        )
        // What was done meanwhile is shown already, and its own answer comes.
        if (result?.ticket && isAllAnswered(ticket.id)) show(result.ticket)
        if (done) toast.success(done)
        return true
      } catch (error) {
        if (expect) show(ticket)
        complain(error)
        return false
      }
    },
    [request, show, complain],
  )

  const actOnMessage = useCallback(
    async <Verb extends keyof MessageActs, Answer>({ message, verb, body }: MessageActArgs<Verb>) => {
      try {
        return await request.post<Answer>(`/messages/${message}/${verb}`, { body })
      } catch (error) {
        complain(error)
        return null
      }
    },
    [request, complain],
  )
  return { act, actOnMessage, show }
}
