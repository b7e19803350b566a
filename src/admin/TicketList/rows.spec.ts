import { describe, expect, it } from 'vitest'
import type { TicketRow } from '../api.js'
import { startPlace } from '../desk/place.js'
import {
  appendPage,
  applyEvents,
  applyRow,
  belongs,
  type ListScope,
  neighbour,
  type Rows,
  refreshRows,
  removeRow,
  settle,
} from './rows.js'

const row = (id: number, change: Partial<TicketRow> = {}): TicketRow => ({
  id,
  number: 1000 + id,
  subject: `Ticket ${id}`,
  status: 'open',
  priority: 'normal',
  mailbox: 1,
  requester: { contact: 1, name: 'Ada', address: 'ada@example.com' },
  requesterVerified: true,
  assignee: null,
  preview: '',
  waitingSince: new Date(Date.UTC(2026, 0, id)).toISOString(),
  lastActivityAt: new Date(Date.UTC(2026, 0, id)).toISOString(),
  unread: false,
  automatic: false,
  spam: false,
  hasAttachments: false,
  deliveryProblem: false,
  possiblyRelated: false,
  messageCount: 1,
  ...change,
})

const scope: ListScope = { ...startPlace, me: 7 }
const state = (...ids: number[]): Rows => ({ rows: ids.map((id) => row(id)), next: null, waiting: [] })
const ids = ({ rows }: Rows) => rows.map(({ id }) => id)
const base = { scope, keep: null, isHeld: false }

describe('the rows of the ticket list', () => {
  it('puts a new ticket where it belongs when nobody points at the list', () => {
    expect(ids(applyRow(state(1, 3), { ...base, row: row(2) }))).toEqual([1, 2, 3])
  })

  it('moves nothing while somebody points at the list', () => {
    const held = applyRow(state(1, 3), { ...base, row: row(2), isHeld: true })
    expect(ids(held)).toEqual([1, 3])
    expect(held.waiting).toHaveLength(1)
    const left = applyRow(held, { ...base, row: row(1, { status: 'closed' }), isHeld: true })
    expect(ids(left)).toEqual([1, 3])
    expect(left.rows[0]?.hasLeft).toBe(true)
    expect(ids(settle(left, { scope, keep: null }))).toEqual([2, 3])
    expect(ids(settle(left, { scope, keep: 1 }))).toContain(1)
  })

  it('shows what is new at once where there is no line yet', () => {
    const first = applyRow(state(), { ...base, row: row(2), isHeld: true })
    expect(ids(first)).toEqual([2])
    expect(ids(applyRow(first, { ...base, row: row(1), isHeld: true }))).toEqual([2])
  })

  it('knows what was heard while a page was on its way', () => {
    const events = [{ row: row(3) }, { row: row(1, { status: 'closed' }) }, { gone: 2 }]
    expect(ids(applyEvents(state(1, 2), { ...base, events }))).toEqual([3])
  })

  it('leaves to later pages what belongs to them', () => {
    const paged = { ...state(1, 2), next: 'cursor' }
    expect(ids(applyRow(paged, { ...base, row: row(9) }))).toEqual([1, 2])
    expect(ids(applyRow(paged, { ...base, row: row(0) }))).toEqual([0, 1, 2])
  })

  it('keeps the marked passage of a search and adds nothing to it', () => {
    const searching = { ...scope, search: 'vat' }
    const found: Rows = { rows: [row(1, { hit: 'the VAT' })], next: null, waiting: [] }
    const changed = applyRow(found, { ...base, scope: searching, row: row(1, { subject: 'New' }) })
    expect(changed.rows[0]).toMatchObject({ subject: 'New', hit: 'the VAT' })
    expect(ids(applyRow(found, { ...base, scope: searching, row: row(2) }))).toEqual([1])
  })

  it('knows which view a ticket belongs to', () => {
    const mine = { ...scope, view: 'mine' as const }
    expect(belongs(row(1, { assignee: { id: 7, name: 'Dana' } }), mine)).toBe(true)
    expect(belongs(row(1), mine)).toBe(false)
    expect(belongs(row(1, { spam: true }), scope)).toBe(false)
    expect(belongs(row(1, { spam: true }), { ...scope, view: 'spam' })).toBe(true)
    expect(belongs(row(1), { ...scope, mailbox: '2' })).toBe(false)
  })

  it('pages without doubles, removes, and finds the neighbour', () => {
    const paged = appendPage(state(1, 2), { tickets: [row(2), row(3)], next: null })
    expect(ids(paged)).toEqual([1, 2, 3])
    expect(ids(removeRow(paged, 2))).toEqual([1, 3])
    expect(neighbour(paged.rows, { id: '2', step: 1 })?.id).toBe(3)
    expect(neighbour(paged.rows, { id: '3', step: 1 })).toBeUndefined()
    expect(neighbour(paged.rows, { id: null, step: 1 })?.id).toBe(1)
  })

  it('takes in a first page that was read again, and keeps the pages after it', () => {
    const before: Rows = { rows: [1, 2, 3, 8, 9].map((id) => row(id)), next: 'after 9', waiting: [] }
    const page = { tickets: [row(1), row(3, { subject: 'New' }), row(4)], next: 'after 4' }
    const after = refreshRows(before, { ...base, page })
    expect(ids(after)).toEqual([1, 3, 4, 8, 9])
    expect(after.rows[1]?.subject).toBe('New')
    expect(after.next).toBe('after 9')

    const held = refreshRows(before, { ...base, page, isHeld: true })
    expect(ids(held)).toEqual([1, 2, 3, 8, 9])
    expect(held.rows[1]?.hasLeft).toBe(true)
    expect(held.waiting.map(({ id }) => id)).toEqual([4])

    const whole = refreshRows(before, { ...base, page: { tickets: [row(1)], next: null } })
    expect(ids(whole)).toEqual([1])
    const searching = { ...scope, search: 'vat' }
    expect(ids(refreshRows(before, { ...base, scope: searching, page }))).toEqual([1, 3, 4])
    expect(refreshRows(before, { ...base, scope: searching, page, isHeld: true })).toBe(before)
  })

  it('knows who waits long enough', () => {
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
    const patient = { ...scope, waiting: '4' }
    expect(belongs(row(1, { waitingSince: hoursAgo(5) }), patient)).toBe(true)
    expect(belongs(row(1, { waitingSince: hoursAgo(3) }), patient)).toBe(false)
    expect(belongs(row(1, { waitingSince: hoursAgo(5), status: 'pending' }), patient)).toBe(false)
  })
})
