'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { PortalFilter, PortalMessage, PortalTicket } from '../tickets.js'
import { type PortalClient, PortalError } from './portalClient.js'

export type PortalData<Data> = {
  /** What was read last; null before, and after a refusal. */
  data: Data | null
  error: PortalError | null
  isLoading: boolean
  /** Reads again; what is there stays until then. */
  reload: () => Promise<void>
}

/** Reads now and whenever the question changes; of several answers under way only the last one counts. */
const useRead = <Data>(read: () => Promise<Data>): PortalData<Data> => {
  const [state, setState] = useState<Omit<PortalData<Data>, 'reload'>>({
    data: null,
    error: null,
    isLoading: true,
  })
  const latest = useRef(0)
  const reload = useCallback(async () => {
    const turn = ++latest.current
    setState((before) => ({ ...before, isLoading: true }))
    const next = await read().then(
      (data) => ({ data, error: null }),
      (error: unknown) => {
        if (!(error instanceof PortalError)) throw error
        return { data: null, error }
      },
    )
    if (turn === latest.current) setState({ ...next, isLoading: false })
  }, [read])
  useEffect(() => {
    void reload()
    return () => {
      latest.current++
    }
  }, [reload])
  return { ...state, reload }
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
