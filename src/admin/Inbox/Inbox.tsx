'use client'
import '../desk/tokens.css'
import '../elements/elements.css'
import '../elements/facts.css'
import '../elements/floating.css'
import '../Views/Views.css'
import '../TicketList/TicketList.css'
import '../Thread/Thread.css'
import '../Thread/Message.css'
import '../Composer/Composer.css'
import '../Composer/Editor.css'
import '../ContactPanel/ContactPanel.css'
import '../NewTicket/NewTicket.css'
import './Inbox.css'
import { SetStepNav, useConfig } from '@payloadcms/ui'
import { formatAdminURL } from 'payload/shared'
import { useCallback, useMemo, useRef, useState } from 'react'
import type { Overview, ThreadView, TicketPage } from '../api.js'
import { useDrafts } from '../Composer/useDrafts.js'
import { ContactPanel } from '../ContactPanel/ContactPanel.js'
import { type DeskProps, DeskProvider, useDesk } from '../desk/Desk.js'
import { focusRow } from '../desk/focus.js'
import { KeysProvider, useKeys } from '../desk/keys.js'
import { listKey, readPlace, startPlace } from '../desk/place.js'
import { useOverview } from '../desk/useOverview.js'
import { usePlace } from '../desk/usePlace.js'
import { NewTicket } from '../NewTicket/NewTicket.js'
import { useNewTicket } from '../NewTicket/useNewTicket.js'
import { Shortcuts } from '../Shortcuts/Shortcuts.js'
import { useThread } from '../Thread/useThread.js'
import { neighbour } from '../TicketList/rows.js'
import { TicketList } from '../TicketList/TicketList.js'
import { useTickets } from '../TicketList/useTickets.js'
import { Views } from '../Views/Views.js'
import { Announcer } from './Announcer.js'
import { Banner } from './Banner.js'
import { FirstRun } from './FirstRun.js'
import { InboxProvider } from './InboxContext.js'
import { PageTitle } from './PageTitle.js'
import { ThreadPane } from './ThreadPane.js'
import { useContactFocus, useFocus } from './useFocus.js'
import { useIsWide } from './useIsWide.js'

export type InboxProps = DeskProps & {
  /** What follows the inbox's path in the address. */
  address: string
  /** What the server read already, so that the first picture is the whole one. */
  initial: { overview: Overview | null; page: TicketPage | null; thread: ThreadView | null }
}

const Screen = ({ address, initial }: Pick<InboxProps, 'address' | 'initial'>) => {
  const { text, slugs, preferences, setPreferences, liveState } = useDesk()
  const { config } = useConfig()
  const base = formatAdminURL({
    adminRoute: config.routes.admin,
    path: `/collections/${slugs.tickets}/inbox`,
    relative: true,
  })
  const { place, go, link, leave } = usePlace({ base, initial: address })
  const { overview, reload: reloadOverview } = useOverview(initial.overview)
  const firstPlace = useMemo(() => {
    const [rest = '', query = ''] = address.split('?')
    return readPlace(rest, query)
  }, [address])
  const tickets = useTickets(place, initial.page ? { key: listKey(firstPlace), page: initial.page } : null)
  const open = useThread(place.ticket, initial.thread)
  const latest = useRef(open.thread)
  if (open.thread) latest.current = open.thread
  const drafts = useDrafts(latest.current)
  const newTicket = useNewTicket(overview)
  const [isSheet, setSheet] = useState(false)
  const isContactOpen = preferences.contactOpen ?? true
  const root = useRef<HTMLDivElement>(null)
  const isWide = useIsWide(root)

  const { rows } = tickets
  const step = useCallback(
    (by: 1 | -1, options?: { orList?: boolean }) => {
      const next = neighbour(rows, { id: place.ticket, step: by })
      if (next) go({ ticket: String(next.id) }, { replace: true })
      else if (options?.orList) go({ ticket: null })
    },
    [go, place.ticket, rows],
  )
  const move = (by: 1 | -1) => {
    if (place.ticket && place.ticket !== 'new') return step(by)
    const focused = document.activeElement?.closest<HTMLElement>('.hd-row')?.dataset['ticket'] ?? null
    const next = neighbour(rows, { id: focused, step: by })
    if (next) focusRow(String(next.id))
  }
  const create = () => go({ ticket: 'new' })
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    'g m': () => go({ ...startPlace, view: 'mine' }),
    'g u': () => go({ ...startPlace, view: 'unassigned' }),
    'g a': () => go({ ...startPlace, view: 'active' }),
    '?': () => setSheet(true),
  })

  const toggleContact = () => {
    // Where the contact lies over the thread, or is a screen of its own, showing it is no lasting choice.
    if (isWide) setPreferences({ contactOpen: !isContactOpen })
    else if (place.contact) leave({ contact: false })
    else go({ contact: true }, { over: true })
  }
  const isNew = place.ticket === 'new'
  const { thread } = open
  const hasContact = Boolean(thread) && !isNew && (isWide ? isContactOpen : place.contact)
  useFocus({ place, isShown: Boolean(thread) && String(thread?.ticket.id) === place.ticket })
  useContactFocus(hasContact && !isWide)

  return (
    <InboxProvider value={{ place, go, link, overview, reloadOverview, step }}>
      <SetStepNav nav={[{ label: text('inbox:title'), url: base }]} />
      <PageTitle ticket={thread?.ticket ?? null} />
      <Announcer
        waiting={tickets.waiting.length}
        onOpen={(ticket) => go({ ...startPlace, view: 'active', ticket: String(ticket.id) })}
      />
      <div
        ref={root}
        className="helpdesk"
        data-screen={place.ticket ? (hasContact ? 'contact' : 'thread') : 'list'}
        data-contact={hasContact ? 'open' : 'closed'}
      >
        <Banner />
        {liveState === 'lost' && (
          <p className="hd-lost" role="status">
            {text('desk:lost')}
          </p>
        )}
        {overview?.firstRun && !preferences.firstRunDone && !place.ticket ? (
          <FirstRun />
        ) : (
          <div className="hd-desk">
            <Views onNew={create} onKeys={() => setSheet(true)} />
            <TicketList tickets={tickets} onNew={create} onKeys={() => setSheet(true)} />
            <main className="hd-pane" aria-label={text('inbox:ticketPane')}>
              {isNew ? (
                <NewTicket written={newTicket} />
              ) : (
                <ThreadPane
                  drafts={drafts}
                  latest={latest.current}
                  open={open}
                  isContactOpen={hasContact}
                  isContactOver={hasContact && !isWide}
                  onContact={toggleContact}
                />
              )}
            </main>
            {hasContact && thread && (
              <ContactPanel thread={thread} onClose={toggleContact} onChanged={() => void open.reload()} />
            )}
          </div>
        )}
        {isSheet && <Shortcuts onClose={() => setSheet(false)} />}
      </div>
    </InboxProvider>
  )
}

const WithKeys = (props: Pick<InboxProps, 'address' | 'initial'>) => {
  const { preferences } = useDesk()
  return (
    <KeysProvider letters={preferences.letterKeys !== false}>
      <Screen {...props} />
    </KeysProvider>
  )
}

/** The agents' inbox. */
export const Inbox = ({ address, initial, ...desk }: InboxProps) => (
  <DeskProvider {...desk}>
    <WithKeys address={address} initial={initial} />
  </DeskProvider>
)
