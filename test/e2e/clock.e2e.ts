import { closeAll, composer, editor, openInbox, openTicket, thread, unique } from './desk.js'
import { expect, test } from './test.js'

const hour = 3_600_000

for (const [name, shift] of [
  ['an hour fast', hour],
  ['an hour slow', -hour],
] as const)
  test(`a reply can be taken back, and for no longer than that, with a clock that is ${name}`, async ({
    page,
    mail,
    signIn,
  }) => {
    await signIn('mara')
    await closeAll(page)
    await signIn('dana')
    await page.addInitScript((ms) => {
      const Real = Date
      globalThis.Date = class extends Real {
        constructor(...args: []) {
          if (args.length) super(...args)
          else super(Real.now() + ms)
        }
        static override now() {
          return Real.now() + ms
        }
      } as DateConstructor
    }, shift)
    await openInbox(page)
    await openTicket({ page, mail, subject: unique('Clock'), address: 'clock@customer.test' })
    const send = async (words: string) => {
      await page.keyboard.press('r')
      await editor(page).fill(words)
      await composer(page).getByRole('button', { name: 'Send', exact: true }).click()
    }
    const toast = page.locator('[data-sonner-toast]').getByRole('button', { name: 'Undo' })
    await send('It is five past twelve.')
    await expect(toast).toBeVisible()
    await expect(thread(page).getByText(/^Sending in [1-5] s/)).toBeVisible()
    await toast.click()
    await expect(editor(page)).toContainText('It is five past twelve.')
    await expect(thread(page).locator('.hd-message--reply')).toHaveCount(0)

    await composer(page).getByRole('button', { name: 'Send', exact: true }).click()
    // What is pointed at stays.
    await page.mouse.move(700, 20)
    await expect(thread(page).getByRole('button', { name: 'Undo' })).toBeVisible()
    await expect(thread(page).getByRole('button', { name: 'Undo' })).toHaveCount(0, { timeout: 8_000 })
    await expect(toast).toHaveCount(0)
  })
