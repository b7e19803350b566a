import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { closeAll, composer, editor, inbox, openInbox, openTicket, thread, unique } from './desk.js'
import { expect, type Page, test } from './test.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Finding = { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] }

/** What axe finds inside the desk's own element, on what is to be seen now. */
const find = async (page: Page): Promise<string[]> => {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  // What fades in is read when it is there.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
        .map(({ finished }) => finished.catch(() => undefined)),
    ),
  )
  const look = () =>
    page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run: (root: string, options: object) => Promise<{ violations: Finding[]; passes: unknown[] }> }
      }
      return axe.run('.helpdesk', { resultTypes: ['violations'], iframes: false })
    })
  let found: Awaited<ReturnType<typeof look>> = { violations: [], passes: [] }
  // A screen that is not there yet has little to look at.
  await expect
    .poll(async () => {
      found = await look()
      return found.passes.length
    })
    .toBeGreaterThan(5)
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} – ${failureSummary}`),
  )
}

const themes = ['light', 'dark'] as const

for (const width of [1440, 390]) {
  test(`axe finds nothing: light and dark, ${width} wide`, async ({
    page,
    mail,
    signIn,
    context,
    baseURL,
  }) => {
    await signIn('mara')
    await closeAll(page)
    // The one begins in the light theme, the other in the dark one, as the panel's own cookie says.
    const start = width < 500 ? 'dark' : 'light'
    await context.addCookies([{ name: 'payload-theme', value: start, url: baseURL! }])
    await page.setViewportSize({ width, height: width < 500 ? 844 : 900 })
    const findings: Record<string, string[]> = {}
    const html = page.locator('html')
    const look = async (screen: string) => {
      for (const theme of themes) {
        // As the admin panel's own switch does.
        await html.evaluate((element, theme) => element.setAttribute('data-theme', theme), theme)
        findings[`${screen}, ${theme}`] = await find(page)
      }
      await html.evaluate((element, theme) => element.setAttribute('data-theme', theme), start)
    }

    await openInbox(page)
    await expect(html).toHaveAttribute('data-theme', start)
    await openTicket({
      page,
      mail,
      subject: unique('Look'),
      html: '<p>Hello <img src="http://pictures.test/a.png"></p><blockquote>Earlier</blockquote>',
    })
    await expect(thread(page).locator('iframe').first()).toBeVisible()
    await look('thread')
    await page.keyboard.press('n')
    await page.keyboard.type('A note')
    await look('note')
    await page.keyboard.press('Control+Enter')
    await expect(thread(page).locator('.hd-message--note')).toBeVisible()
    await page.getByRole('button', { name: /^Reply to/ }).click()
    await expect(editor(page)).toBeFocused()
    await page.keyboard.type('A reply')
    await expect(composer(page).getByText('Draft saved')).toBeVisible()
    await look('composer')
    await page.keyboard.press('Control+Enter')
    await expect(thread(page).locator('.hd-message--reply')).toBeVisible()
    await look('thread with reply and note')
    await page.getByRole('button', { name: /^Assignee/ }).click()
    await look('assignee')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'More for this ticket' }).click()
    await look('menu')
    await page.getByRole('menuitem', { name: 'Change requester' }).click()
    await look('dialog')
    await page.keyboard.press('Escape')
    if (width < 500) {
      await page.getByRole('button', { name: 'Contact and details' }).click()
      await look('contact')
    }

    await openInbox(page)
    await expect(page.locator('.hd-row').first()).toBeVisible()
    await look('inbox')
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByRole('searchbox').fill('look')
    await expect(page.locator('.hd-row mark').first()).toBeVisible()
    await look('search and filters')
    await page.goto(`${inbox}/new`)
    await expect(page.getByRole('textbox', { name: 'Message to the customer' })).toBeVisible()
    await look('new ticket')
    await page.goto('/admin/collections/mailboxes/1')
    await expect(page.getByRole('button', { name: 'Test connection' })).toBeVisible()
    await look('mailbox editor')
    await page.goto('/admin/collections/tickets/quarantine')
    await expect(
      page.getByText('Quarantine is empty').or(page.locator('.helpdesk').getByRole('listitem')).first(),
    ).toBeVisible()
    await look('quarantine')

    const seen = Object.keys(findings).length
    console.log(`${width} wide: ${seen} looks at screens, ${Object.values(findings).flat().length} findings`)
    expect(Object.fromEntries(Object.entries(findings).filter(([, found]) => found.length))).toEqual({})
  })
}
