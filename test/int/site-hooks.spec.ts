import type { CollectionAfterChangeHook, CollectionConfig } from 'payload'
import { createLocalReq } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addNote, changePriority } from '../../src/index.js'
import { createRig, mailOf, type Rig } from './mailRig.js'

// What a site does of itself when a ticket changes, by hooks of its own that call the verbs.

let rig: Rig
const seen: { operation: string; priority: string }[] = []

/** An automation as sites write it: each change is noted, and a ticket that is not urgent becomes so. */
const automate: CollectionAfterChangeHook = async ({ doc, operation, req }) => {
  seen.push({ operation, priority: doc.priority })
  await addNote({ req, overrideAccess: true, ticket: doc.id, text: `Seen by the automation: ${operation}` })
  await changePriority({ req, overrideAccess: true, ticket: doc.id, priority: 'urgent' })
  return doc
}

const hooked = ({ defaultCollection }: { defaultCollection: CollectionConfig }): CollectionConfig => ({
  ...defaultCollection,
  hooks: {
    ...defaultCollection.hooks,
    afterChange: [...(defaultCollection.hooks?.afterChange ?? []), automate],
  },
})

beforeAll(async () => {
  rig = await createRig({
    options: {
      overrides: {
        tickets: {
          fields: ({ defaultFields }) => [...defaultFields, { name: 'orderNumber', type: 'text' }],
          collection: hooked,
        },
        // On messages too: no verb's message comes this way, or the two would answer each other for ever.
        messages: { collection: hooked },
      },
    },
  })
})
afterAll(() => rig.close())

const notesOf = async (ticket: unknown) =>
  (await rig.messages(ticket as never)).filter(({ kind }) => kind === 'note').map(({ text }) => text)

describe('F07 a site’s hook that acts on each change', () => {
  it('runs once for a mail that opens a ticket: what it does itself does not call it again', async () => {
    const { ticket, verdict } = await rig.arrive(mailOf({ Subject: 'The kettle' }))
    expect(verdict).toBe('opened')
    expect(seen).toEqual([{ operation: 'create', priority: 'normal' }])
    expect(await notesOf(ticket)).toEqual(['Seen by the automation: create'])
    expect(await rig.sql(`select priority, status from ${rig.table('tickets')}`)).toEqual([
      { priority: 'urgent', status: 'open' },
    ])
  })

  it('runs once for a field of the site’s own, and not for what the verbs write', async () => {
    seen.length = 0
    const [ticket] = await rig.tickets()
    await rig.payload.update({
      collection: 'tickets' as never,
      id: ticket!.id,
      data: { orderNumber: 'A-17' } as never,
      depth: 0,
      overrideAccess: true,
      req: await createLocalReq({}, rig.payload),
    })
    expect(seen).toEqual([{ operation: 'update', priority: 'urgent' }])
    expect(await notesOf(ticket!.id)).toEqual([
      'Seen by the automation: create',
      'Seen by the automation: update',
    ])
  })
})
