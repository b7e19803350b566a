import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Desk, openDesk } from './mail-out.desk.js'
import { badBodies, limits, plain } from './webhookBodies.js'
import { callerOf, newKey, stored } from './webhookCalls.js'

// Bodies with something wrong in them, signed well: what the sender is told, and what is stored.

let desk: Desk
let call: ReturnType<typeof callerOf>

beforeAll(async () => {
  desk = await openDesk({
    attachments: { maxSize: limits.maxSize },
    webhook: { maxAttachments: limits.maxAttachments },
    overrides: {
      tickets: {
        fields: ({ defaultFields }) => [
          ...defaultFields,
          { name: 'orderNumber', type: 'text' },
          { name: 'plan', type: 'select', options: ['free', 'paid'] },
          { name: 'topics', type: 'select', hasMany: true, options: ['tea', 'coffee'] },
          { name: 'amount', type: 'number', max: 10 },
          { name: 'post', type: 'relationship', relationTo: 'posts' },
          { name: 'refundApproved', type: 'checkbox', access: { create: () => false } },
          { name: 'margin', type: 'number', admin: { hidden: true } },
        ],
      },
    },
  })
  call = callerOf(desk, (await newKey(desk)).secret)
})
afterAll(() => desk.close())

describe('a bad body is answered 400 with the field, and leaves nothing', () => {
  it.each(badBodies)('%s', async (_name, body, field, said) => {
    const before = await stored(desk)
    const result = await call(body === undefined ? 'undefined' : JSON.stringify(body))
    expect(result.type).toBe('application/problem+json; charset=utf-8')
    if (body === undefined) expect(result.body).toMatchObject({ status: 400, key: 'malformedJSON' })
    else
      expect(result.body).toMatchObject({
        status: 400,
        key: 'badInput',
        errors: expect.arrayContaining([{ field, detail: expect.stringMatching(said) }]),
      })
    expect(result.status).toBe(400)
    expect(await stored(desk)).toEqual(before)
  })

  it.each(['refundApproved', 'margin'])(
    'H03 a field that is kept from those who open tickets: %s',
    async (name) => {
      const { body } = await call({
        email: 'a@example.com',
        subject: 'a',
        message: 'b',
        fields: { [name]: 1 },
      })
      expect(body['errors']).toEqual([
        {
          field: `fields.${name}`,
          detail:
            'No field of tickets that a call may set; there are: orderNumber, plan, topics, amount, post.',
        },
      ])
    },
  )

  it.each([
    ['plan', 'nonsense'],
    ['topics', ['cocoa']],
    ['amount', 11],
    ['post', 4711],
  ])('what Payload itself does not take for a field of the site: %s %s', async (name, value) => {
    const before = await stored(desk)
    const { status, body } = await call({ ...plain, email: `${name}@example.com`, fields: { [name]: value } })
    expect([status, body['errors']]).toEqual([400, [{ field: `fields.${name}`, detail: expect.any(String) }]])
    expect(await stored(desk)).toEqual(before)
  })

  it('and what it takes stands in the ticket, in whatever table', async () => {
    const post = await desk.site.payload.create({
      collection: 'posts',
      data: { title: 'x' },
      overrideAccess: true,
      depth: 0,
      req: desk.system,
    })
    const fields = { plan: 'paid', topics: ['tea', 'coffee'], amount: 7, post: post.id, orderNumber: 'A-1' }
    const { status, body } = await call({ ...plain, email: 'c@example.com', fields })
    expect(status).toBe(201)
    const ticket = await desk.site.payload.findByID({
      collection: 'tickets' as never,
      id: (body['ticket'] as { id: number }).id,
      depth: 0,
      overrideAccess: true,
      req: desk.system,
    })
    expect(ticket).toMatchObject(fields)
  })
})
