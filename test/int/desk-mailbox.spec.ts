import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Overview, ThreadView } from '../../src/admin/api.js'
import { type DeskSite, openDeskSite } from './deskSite.js'

let desk: DeskSite
beforeAll(async () => {
  desk = await openDeskSite()
})
afterAll(() => desk.site.close())

it('a thread names its mailbox also to an agent who does not work in it', async () => {
  const { agent, otherAgent } = desk.site.users
  const secret = await desk.makeMailbox('Press', 'press@acme.example', { members: [otherAgent.id] })
  const silent = await desk.makeMailbox('Old', 'old@acme.example', { send: { kind: 'none' } })
  const rest = <T>(path: string) => desk.site.rest<T>('GET', `/helpdesk${path}`, { user: agent })
  const { body: overview } = await rest<Overview>('/inbox/overview')
  expect(overview.mailboxes.map(({ name }) => name)).not.toContain('Press')

  const { ticket } = await desk.open({ mailbox: secret, assignee: agent.id })
  const { body } = await rest<ThreadView>(`/tickets/${ticket.id}`)
  expect(body.mailbox).toEqual({ id: secret, name: 'Press', address: 'press@acme.example', canSend: true })

  const other = await desk.open({ mailbox: silent, assignee: agent.id })
  const { body: quiet } = await rest<ThreadView>(`/tickets/${other.ticket.id}`)
  expect(quiet.mailbox).toMatchObject({ name: 'Old', canSend: false })
})
