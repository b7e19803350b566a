import { test as base, type Page } from '@playwright/test'
import pg from 'pg'
import { type MailClient, mailClient } from '../../dev/mail/client.js'
import { password } from '../../dev/seed/people.js'

export { expect, type Page } from '@playwright/test'
export { mailboxes, mailPassword } from '../../dev/seed/mailboxes.js'
export { password, people } from '../../dev/seed/people.js'

type Person = 'admin' | 'mara' | 'dana' | 'kim' | 'sam'

/** Where a worker's own site is. */
export type TestSite = { url: string; mailUrl: string; databaseUrl: string }

const siteOf = ({ parallelIndex }: { parallelIndex: number }): TestSite =>
  (JSON.parse(process.env.HELPDESK_E2E_SITES!) as TestSite[])[parallelIndex]!

/** Straight to the site's tables, for faults that no API can make and for what no API tells. */
export const sql = async <T = Record<string, unknown>>(
  text: string,
  values: unknown[] = [],
): Promise<T[]> => {
  const client = new pg.Client({ connectionString: siteOf(test.info()).databaseUrl })
  await client.connect()
  try {
    return (await client.query(text, values)).rows as T[]
  } finally {
    await client.end()
  }
}

type Fixtures = {
  /** The local mail server: deliver a customer's mail, read what they received, make it fail. */
  mail: MailClient
  /** Signs somebody in, in this page's browser context. */
  signIn: (person: Person, on?: Page) => Promise<void>
}

/** Playwright's `test` with the mail server and signing in. */
export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
  baseURL: async ({}, use, info) => use(siteOf(info).url),
  // biome-ignore lint/correctness/noEmptyPattern: as above
  mail: async ({}, use, info) => {
    const mail = mailClient(siteOf(info).mailUrl)
    await use(mail)
    await mail.reset()
  },
  signIn: async ({ page }, use) => {
    await use(async (person, on = page) => {
      const response = await on.request.post('/api/users/login', {
        data: { email: `${person}@acme.test`, password },
        // The server may just have closed the connection that was kept.
        maxRetries: 2,
      })
      if (!response.ok()) throw new Error(`${person} cannot sign in: ${response.status()}`)
    })
  },
})
