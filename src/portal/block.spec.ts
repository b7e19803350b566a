import { describe, expect, it } from 'vitest'
import { helpdeskPortalBlock } from './block.js'

describe('the block of the portal', () => {
  it('lets the editor choose the mailbox, or has the one of the site', () => {
    const named = (block: ReturnType<typeof helpdeskPortalBlock>) =>
      block.fields.map(
        (field) => field as { name: string; type: string; relationTo?: string; defaultValue?: string },
      )
    expect(helpdeskPortalBlock().slug).toBe('helpdeskPortal')
    expect(named(helpdeskPortalBlock())).toMatchObject([
      { name: 'mailbox', type: 'relationship', relationTo: 'mailboxes' },
    ])
    expect(named(helpdeskPortalBlock({ mailboxes: 'desks' }))).toMatchObject([{ relationTo: 'desks' }])
    expect(named(helpdeskPortalBlock({ mailbox: 'help@acme.test' }))).toMatchObject([
      { type: 'text', defaultValue: 'help@acme.test' },
    ])
  })
})
