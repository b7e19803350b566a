'use client'
import { toast, useConfig, usePreferences, useTranslation } from '@payloadcms/ui'
import { formatAdminURL } from 'payload/shared'
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { DocID } from '../../collections/types.js'
import type { LiveEvent } from '../api.js'
import { type LiveState, openLive } from './live.js'
import { refusalWords } from './refusal.js'
import { createRequests, RequestError, type Requests } from './request.js'
import { type Text, useServerText, useText } from './useText.js'

/** The slugs that the screens need: a site may have renamed them. */
export type DeskSlugs = Record<'tickets' | 'messages' | 'mailboxes' | 'contacts' | 'users', string>

export type DeskProps = {
  slugs: DeskSlugs
  me: { id: DocID; name: string; role: 'administrator' | 'manager' | 'agent' }
  /** Names of a site's own ticket fields. */
  extraFields: string[]
  /** Ends the page's title, as everywhere in the admin. */
  titleSuffix: string
}

export type DeskPreferences = {
  contactOpen?: boolean
  /** False = single letters do nothing (WCAG 2.1.4). */
  letterKeys?: boolean
  /** The checklist of the first run was put aside. */
  firstRunDone?: boolean
}

type Desk = DeskProps & {
  isManager: boolean
  request: Requests
  text: Text
  language: string
  /** A page of the admin. */
  adminUrl: (path: string) => string
  /** Says in a toast what went wrong, in the agent's language. */
  complain: (error: unknown) => void
  explain: (error: unknown) => string
  /** Hears live events while the component is on the page. */
  listen: (listener: (event: LiveEvent) => void) => () => void
  echo: (event: LiveEvent) => void
  liveState: LiveState
  preferences: DeskPreferences
  setPreferences: (change: DeskPreferences) => void
}

const DeskContext = createContext<Desk | null>(null)

export const useDesk = (): Desk => {
  const desk = useContext(DeskContext)
  if (!desk) throw new Error('useDesk outside of DeskProvider')
  return desk
}

/** Calls `listener` with every live event. */
export const useLive = (listener: (event: LiveEvent) => void) => {
  const { listen } = useDesk()
  const latest = useRef(listener)
  latest.current = listener
  useEffect(() => listen((event) => latest.current(event)), [listen])
}

/** The desk's requests, for screens outside the inbox too. */
export const useRequests = (): Requests => {
  const { config } = useConfig()
  const { routes, serverURL } = config
  return useMemo(
    () => createRequests(formatAdminURL({ apiRoute: routes.api, path: '/helpdesk', serverURL })),
    [routes.api, serverURL],
  )
}

/** What went wrong, in the agent's language where we have the words. */
export const useExplain = () => {
  const text = useText()
  const serverText = useServerText()
  return useCallback(
    (error: unknown): string => {
      if (!(error instanceof RequestError)) return text('desk:unexpected')
      if (error.key === 'offline') return text('desk:offline')
      const { key, message } = error
      return (
        refusalWords({ key, message, translated: serverText({ section: 'error', key, fallback: '' }) }) ||
        text('desk:unexpected')
      )
    },
    [text, serverText],
  )
}

const preferenceKey = 'helpdesk-desk'

const useDeskPreferences = () => {
  const { getPreference, setPreference } = usePreferences()
  const [preferences, setState] = useState<DeskPreferences>({})
  useEffect(() => {
    getPreference<DeskPreferences | undefined>(preferenceKey)
      .then((stored) => stored && setState(stored))
      .catch(() => undefined)
  }, [getPreference])
  const setPreferences = useCallback(
    (change: DeskPreferences) => {
      setState((before) => {
        const next = { ...before, ...change }
        void setPreference(preferenceKey, next)
        return next
      })
    },
    [setPreference],
  )
  return { preferences, setPreferences }
}

const useLiveEvents = (request: Requests, user: DocID) => {
  const listeners = useRef(new Set<(event: LiveEvent) => void>())
  const [liveState, setLiveState] = useState<LiveState>('connecting')
  const echoRef = useRef<(event: LiveEvent) => void>(() => undefined)
  useEffect(() => {
    const live = openLive({
      url: request.url('/live'),
      user: String(user),
      onEvent: (event) => {
        for (const listener of [...listeners.current]) listener(event)
      },
      onState: setLiveState,
    })
    echoRef.current = live.echo
    return live.close
  }, [request, user])
  const listen = useCallback((listener: (event: LiveEvent) => void) => {
    listeners.current.add(listener)
    return () => {
      listeners.current.delete(listener)
    }
  }, [])
  const echo = useCallback((event: LiveEvent) => echoRef.current(event), [])
  return { listen, echo, liveState }
}

/** What every part of the desk shares. */
export const DeskProvider = ({ children, ...props }: DeskProps & { children: ReactNode }) => {
  const { config } = useConfig()
  const { i18n } = useTranslation()
  const text = useText()
  const explain = useExplain()
  const request = useRequests()
  const live = useLiveEvents(request, props.me.id)
  const stored = useDeskPreferences()
  const { routes, serverURL } = config
  const adminUrl = useCallback(
    (path: string) =>
      formatAdminURL({ adminRoute: routes.admin, path: path as `/${string}`, serverURL, relative: true }),
    [routes.admin, serverURL],
  )
  const complain = useCallback(
    (error: unknown) => {
      toast.error(explain(error))
    },
    [explain],
  )
  const desk: Desk = {
    ...props,
    ...live,
    ...stored,
    isManager: props.me.role !== 'agent',
    request,
    text,
    explain,
    complain,
    adminUrl,
    language: i18n.language,
  }
  return <DeskContext value={desk}>{children}</DeskContext>
}
