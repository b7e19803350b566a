import { activeStatuses, type Status } from './status.js'

/**
 * The inbox's views: one table for the list, the counters and the links. Every list puts what is ours to answer
 * first and the longest waiting on top (`status`, then `waitingSince`, then `id`); `newest` ones turn it round.
 */
export const views = {
  mine: { statuses: activeStatuses, assignee: 'me', order: 'waiting', counts: true },
  unassigned: {
    statuses: activeStatuses,
    assignee: 'nobody',
    order: 'waiting',
    counts: true,
  },
  active: { statuses: activeStatuses, order: 'waiting', counts: true },
  problems: {
    statuses: ['open', 'pending', 'resolved', 'closed'],
    problem: true,
    order: 'waiting',
    counts: true,
  },
  pending: { statuses: ['pending'], order: 'waiting', counts: false },
  resolved: { statuses: ['resolved'], order: 'newest', counts: false },
  closed: { statuses: ['closed'], order: 'newest', counts: false },
  spam: { statuses: ['open', 'pending', 'resolved', 'closed'], spam: true, order: 'newest', counts: false },
} as const satisfies Record<string, View>

export type View = {
  statuses: readonly Status[]
  assignee?: 'me' | 'nobody'
  /** Only tickets with a failed or bounced reply. */
  problem?: true
  /** Only spam; every other view leaves spam out. */
  spam?: true
  order: 'waiting' | 'newest'
  /** Whether the view shows how many open tickets it holds. */
  counts: boolean
}

export type ViewName = keyof typeof views

export const viewNames = Object.keys(views) as ViewName[]

/** Counters say `999+` from here on: nobody works by the difference. */
export const countCap = 999
