import { describe, expect, it } from 'vitest'
import { assigneeOf } from './assignee.js'

const me = { id: 3, name: 'Dana' }
const agents = [me, { id: 4, name: 'Kim', mailboxes: 'all' as const }]

describe('whom a ticket goes to', () => {
  it('is who was picked, or nobody', () => {
    expect(assigneeOf({ picked: '4', me, agents })).toEqual({ id: 4, name: 'Kim' })
    expect(assigneeOf({ picked: '', me, agents })).toBeNull()
  })

  it('is me before anybody else is known', () => {
    expect(assigneeOf({ picked: '3', me, agents: [] })).toEqual(me)
    expect(assigneeOf({ picked: '4', me, agents: [] })).toBeUndefined()
  })
})
