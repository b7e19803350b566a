import { expect, type Page, sql } from './test.js'

/** The latest ticket with this subject, as it is stored. */
export const ticketOf = async (subject: string): Promise<{ id: number; number: number; status: string }> =>
  (
    await sql<{ id: number; number: number; status: string }>(
      `select id, number::int, status from tickets where subject = $1 order by id desc limit 1`,
      [subject],
    )
  )[0]!

/** An agent answers a ticket. */
export const answer = async (
  agent: Page,
  { ticket, to, ...data }: { ticket: number; to: string; text: string; status?: 'pending' },
) => {
  const response = await agent.request.post(`/api/helpdesk/tickets/${ticket}/reply`, {
    data: { ...data, to: [{ name: '', address: to }] },
  })
  expect(response.ok(), await response.text()).toBe(true)
}

/** Signs somebody in with an account of the shop, where they have not been before. */
export const signInAtShop = async (
  page: Page,
  { agent, ...account }: { agent: Page; name: string; email: string },
): Promise<void> => {
  const data = { ...account, password: 'kettle' }
  const made = await agent.request.post('/api/customers', { data })
  expect(made.ok(), await made.text()).toBe(true)
  const entered = await page.request.post('/api/customers/login', { data })
  expect(entered.ok(), await entered.text()).toBe(true)
}
