import { type ViewName, viewNames } from '../../rules/views.js'

/** Where in the inbox somebody is; every place has an address of its own. */
export type Place = {
  /** The open ticket's id, `new` while one is being written, null in the list. */
  ticket: string | null
  /** Its contact is shown over the thread, where there is no room beside it. */
  contact: boolean
  view: ViewName
  mailbox: string
  assignee: string
  priority: string
  /** Hours that the customer has waited for us, at least. */
  waiting: string
  search: string
  /** A site's own ticket fields, by name. */
  fields: Record<string, string>
}

export const startPlace: Place = {
  ticket: null,
  contact: false,
  view: 'active',
  mailbox: '',
  assignee: '',
  priority: '',
  waiting: '',
  search: '',
  fields: {},
}

const plain = ['mailbox', 'assignee', 'priority', 'waiting', 'search'] as const

/** Reads a place from what follows the inbox's own path. */
export const readPlace = (rest: string, query: string): Place => {
  const parameters = new URLSearchParams(query)
  const view = parameters.get('view') as ViewName
  const place: Place = {
    ...startPlace,
    ticket: decodeURIComponent(rest.replace(/^\/+|\/+$/g, '').split('/')[0] ?? '') || null,
    view: viewNames.includes(view) ? view : startPlace.view,
    contact: parameters.has('contact'),
    fields: {},
  }
  for (const name of plain) place[name] = parameters.get(name) ?? ''
  for (const [name, value] of parameters) {
    if (name.startsWith('field.') && value) place.fields[name.slice('field.'.length)] = value
  }
  return place
}

/** The address of a place, from the inbox's own path on. */
export const writePlace = (place: Place): string => {
  const parameters = new URLSearchParams()
  if (place.view !== startPlace.view) parameters.set('view', place.view)
  for (const name of plain) if (place[name]) parameters.set(name, place[name])
  for (const [name, value] of Object.entries(place.fields)) if (value) parameters.set(`field.${name}`, value)
  if (place.ticket && place.contact) parameters.set('contact', '1')
  const query = parameters.toString()
  return `${place.ticket ? `/${encodeURIComponent(place.ticket)}` : ''}${query ? `?${query}` : ''}`
}

/** The place after a change; another ticket is shown without its contact over it. */
export const placeAfter = (place: Place, change: Partial<Place>): Place => {
  const next = { ...place, ...change }
  const isSame = next.ticket === place.ticket
  return { ...next, contact: change.contact ?? (isSame && place.contact) }
}

/** How many filters stand besides the view. */
export const countFilters = (place: Place): number =>
  [place.mailbox, place.assignee, place.priority, place.waiting, ...Object.values(place.fields)].filter(
    Boolean,
  ).length

/** What tells one list from another. */
export const listKey = ({ ticket: _, contact: __, ...list }: Place): string => JSON.stringify(list)
