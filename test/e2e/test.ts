import { test as base, type Page } from '@playwright/test'
import { type MailClient, mailClient } from '../../dev/mail/client.js'
import { password } from '../../dev/seed/people.js'

export { expect, type Page } from '@playwright/test'
export { mailboxes, mailPassword } from '../../dev/seed/mailboxes.js'
export { password, people } from '../../dev/seed/people.js'

type Person = 'admin' | 'mara' | 'dana' | 'kim' | 'sam'

type Fixtures = {
  /** The local mail server: deliver a customer's mail, read what they received, make it fail. */
  mail: MailClient
  /** Signs somebody in, in this page's browser context. */
  signIn: (person: Person, on?: Page) => Promise<void>
}

/** Playwright's `test` with the mail server and signing in. */
export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
  mail: async ({}, use) => {
    const mail = mailClient(process.env.HELPDESK_E2E_MAIL_URL!)
    await use(mail)
    await mail.reset()
  },
  signIn: async ({ page }, use) => {
    await use(async (person, on = page) => {
      const response = await on.request.post('/api/users/login', {
        data: { email: `${person}@acme.test`, password },
      })
      if (!response.ok()) throw new Error(`${person} cannot sign in: ${response.status()}`)
    })
  },
})
