'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { PortalFilter, PortalMessage, PortalTicket } from '../tickets.js'
import { type PortalClient, PortalError } from './portalClient.js'

export type PortalData<Data> = {
  /** What was read last; null before, and as soon as something else is asked for. */
  data: Data | null
  /** Why it was not read; where it had been read before, that stays. */
  error: PortalError | null
  isLoading: boolean
  /** Reads again; what is there stays until then, and where it is refused. */
  reload: () => Promise<void>
}

type ReadState<Data> = Omit<PortalData<Data>, 'reload'> & {
  /** What was asked. */
  read: () => Promise<Data>
}

const asking = <Data>(read: () => Promise<Data>): ReadState<Data> => ({
  read,
  data: null,
  error: null,
  isLoading: true,
})

/** Reads now and whenever the question changes; of several answers under way only the last one counts. */
const useRead = <Data>(read: () => Promise<Data>): PortalData<Data> => {
  const [state, setState] = useState(() => asking(read))
  const latest = useRef(0)
  const question = useRef(read)
  // Whoever kept it from before the question changed asks the new one by it.
  const reload = useCallback(async () => {
    const turn = ++latest.current
    const { current } = question
    setState((before) => (before.read === current ? { ...before, isLoading: true } : asking(current)))
    const next = await current().then(
      (data) => ({ data, error: null }),
      (error: unknown) => {
        if (!(error instanceof PortalError)) throw error
        return { error }
      },
    )
    if (turn === latest.current) setState((before) => ({ ...before, ...next, isLoading: false }))
  }, [])
  useEffect(() => {
    question.current = read
    void reload()
    return () => {
      latest.current++
    }
  }, [read, reload])
  // The answer to another question is none to this one, not even until the effect has asked it.
  const { data, error, isLoading } = state.read === read ? state : asking(read)
  return { data, error, isLoading, reload }
}

/**
 * The customer's tickets.
 * @example const { data, isLoading, error } = usePortalTickets(portal, { status: 'active' })
 */
export const usePortalTickets = (
  portal: PortalClient,
  filter: Omit<PortalFilter, 'mailbox'> = {},
): PortalData<{ tickets: PortalTicket[]; hasMore: boolean }> => {
  const { search = '', status = '', page = 1 } = filter
  return useRead(
    useCallback(() => portal.listTickets({ search, status, page }), [portal, search, status, page]),
  )
}

/** One ticket and what was said in it. */
export const usePortalTicket = (
  portal: PortalClient,
  number: number,
): PortalData<{ ticket: PortalTicket; messages: PortalMessage[] }> =>
  useRead(useCallback(() => portal.readTicket(number), [portal, number]))
