import type { AdminViewServerProps, PayloadRequest } from 'payload'
import { roleOf } from '../../collections/access/role.js'
import type { Overview, ThreadView, TicketPage } from '../api.js'
import { ClaimScreen } from '../Claim/ClaimScreen.js'
import { canClaim } from '../Claim/canClaim.js'
import { type Place, readPlace } from '../desk/place.js'
import { readOverview } from '../queries/overview.js'
import { readThread } from '../queries/thread.js'
import { listTickets } from '../queries/ticketList.js'
import { deskProps } from './deskProps.js'
import { Inbox } from './Inbox.js'

const pageSize = 50
const threadSize = 20

/** What follows the view's own path in the address. */
const addressOf = ({ params, searchParams }: AdminViewServerProps): string => {
  const segments = ((params?.['segments'] as string[] | undefined) ?? []).slice(3)
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(searchParams ?? {})) {
    if (typeof value === 'string') query.set(name, value)
  }
  const search = query.toString()
  return `${segments.map((segment) => `/${segment}`).join('')}${search ? `?${search}` : ''}`
}

/** A list that only the browser asks for: searched or filtered. */
const isPlain = ({ search, mailbox, assignee, priority, waiting, fields }: Place): boolean =>
  !search && !mailbox && !assignee && !priority && !waiting && !Object.keys(fields).length

/** Reads ahead what the first picture shows; what fails here the browser asks for again, and says why. */
const readAhead = async <T,>(req: PayloadRequest, read: () => Promise<T>): Promise<T | null> => {
  try {
    return await read()
  } catch (error) {
    req.payload.logger.debug({ err: error, msg: 'helpdesk: the inbox reads this again in the browser' })
    return null
  }
}

/** The inbox, for those who have a role; everybody else learns how to get one. */
export const InboxView = async (props: AdminViewServerProps) => {
  const { req } = props.initPageResult
  if (!roleOf(req)) return <ClaimScreen canClaim={await canClaim(req)} />

  const address = addressOf(props)
  const [rest = '', query = ''] = address.split('?')
  const place = readPlace(rest, query)
  const [overview, page, thread] = await Promise.all([
    readAhead<Overview>(req, () => readOverview(req)),
    isPlain(place)
      ? readAhead<TicketPage>(req, () => listTickets({ req, view: place.view, limit: pageSize }))
      : null,
    place.ticket && place.ticket !== 'new'
      ? readAhead<ThreadView>(req, () => readThread({ req, ticket: place.ticket, limit: threadSize }))
      : null,
  ])
  return <Inbox {...deskProps(req, overview)} address={address} initial={{ overview, page, thread }} />
}
