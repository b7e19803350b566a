'use client'
import { createContext, useContext } from 'react'
import type { Overview } from '../api.js'
import type { Place } from '../desk/place.js'
import type { Go } from '../desk/usePlace.js'

type InboxContextValue = {
  place: Place
  go: Go
  link: (change: Partial<Place>) => string
  overview: Overview | null
  reloadOverview: () => Promise<void>
  /** Opens the line after (or before) the open ticket; without one, back to the list. */
  step: (by: 1 | -1, options?: { orList?: boolean }) => void
}

const InboxContext = createContext<InboxContextValue | null>(null)

export const InboxProvider = InboxContext.Provider

export const useInbox = (): InboxContextValue => {
  const inbox = useContext(InboxContext)
  if (!inbox) throw new Error('useInbox outside of InboxProvider')
  return inbox
}
