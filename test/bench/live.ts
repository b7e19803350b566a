import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { chromium, type Page } from '@playwright/test'
import { buildSite } from '../../dev/build.js'
import { root, startSite } from '../../dev/start.js'
import { findBrowser, howToGetBrowser, launchOptions } from '../e2e/browser.js'
import { signIn } from './pages.js'
import { type BenchArgs, dropDatabase, freshDatabase } from './site.js'
import { quantile, table } from './table.js'

const name = 'bench_live'
const streams = 49
const rounds = 20
const dist = '.next-test'

/** From the mail server's OK to a mail until it is on the screen of an agent, while others look on as well. */
export const benchLive = async ({ database, onClose, say }: BenchArgs): Promise<void> => {
  if (!findBrowser()) throw new Error(howToGetBrowser)
  say('\nBuilding the site …')
  await buildSite({ root, dist })
  const databaseUrl = await freshDatabase(database, name)
  const attachmentsFolder = mkdtempSync(join(tmpdir(), 'helpdesk-bench-'))
  const site = await startSite({ databaseUrl, dist, port: 3970, seed: 'people', attachmentsFolder })
  onClose(site.stop)
  const browser = await chromium.launch(launchOptions())
  onClose(() => browser.close())
  const leaving = new AbortController()
  try {
    const headers = await signIn(site.url)
    const heard = await Promise.all(
      Array.from({ length: streams }, () => listen(`${site.url}/api/helpdesk/live`, headers, leaving.signal)),
    )
    const context = await browser.newContext({ reducedMotion: 'reduce' })
    const [cookieName, value] = headers.cookie!.split('=') as [string, string]
    await context.addCookies([{ name: cookieName, value, url: site.url }])
    const page = await context.newPage()
    const opened: number[] = []
    const answered: number[] = []
    for (let round = 0; round < rounds; round++) {
      await closeAll(site.url, headers)
      const live = page.waitForResponse((response) => response.url().includes('/helpdesk/live'))
      await page.goto(`${site.url}/admin/collections/tickets/inbox?view=active`)
      await live
      await wait(500)
      const write = (words: string, more: string[]) =>
        site.mail.deliver({
          to: 'support@acme.test',
          raw: [
            'From: Iris Voss <iris@desk.test>',
            'To: support@acme.test',
            `Subject: Round ${round}`,
            `Message-ID: <round-${round}-${more.length}@desk.test>`,
            ...more,
            'Content-Type: text/plain; charset=utf-8',
            '',
            words,
          ].join('\r\n'),
        })
      opened.push(await seen(page, '.hd-row', `Round ${round}`, () => write(`First ${round}.`, [])))
      await page
        .locator('.hd-row')
        .filter({ hasText: `Round ${round}` })
        .first()
        .click()
      await page.getByRole('region', { name: 'Messages' }).getByText(`First ${round}.`).waitFor()
      await wait(500)
      answered.push(
        await seen(page, '.hd-message', `Second ${round}.`, () =>
          write(`Second ${round}.`, [`In-Reply-To: <round-${round}-0@desk.test>`]),
        ),
      )
    }
    const row = (what: string, ms: number[]) => [
      what,
      quantile(ms, 0.5).toFixed(0),
      quantile(ms, 0.95).toFixed(0),
      loadavg()[0]!.toFixed(1),
    ]
    say(
      `\nLive: one browser and ${streams} other streams, ${rounds} mails each; milliseconds from the server's OK`,
    )
    say(
      table(
        ['what', 'median', 'p95', 'load'],
        [row('new ticket in the open list', opened), row('answer in the open thread', answered)],
      ),
    )
    say(`each of the other streams was told of ${Math.min(...heard.map((count) => count()))} changes or more`)
  } finally {
    leaving.abort()
    await browser.close()
    await site.stop()
    await dropDatabase(database, name)
    rmSync(attachmentsFolder, { recursive: true, force: true })
  }
}

/** Another agent's open page, as far as the server sees it. Returns how many events it has been told. */
const listen = async (
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<() => number> => {
  const response = await fetch(url, { headers, signal })
  if (!response.ok || !response.body) throw new Error(`The stream answered ${response.status}.`)
  let events = 0
  const read = async () => {
    for await (const chunk of response.body!.pipeThrough(
      new TextDecoderStream(),
    ) as unknown as AsyncIterable<string>)
      events += chunk.split('"type":"ticket"').length - 1
  }
  read().catch(() => undefined)
  return () => events
}

const closeAll = async (url: string, headers: Record<string, string>): Promise<void> => {
  const list = await fetch(`${url}/api/helpdesk/inbox/tickets?view=active&limit=100`, { headers })
  const { tickets } = (await list.json()) as { tickets: { id: number }[] }
  for (const { id } of tickets)
    await fetch(`${url}/api/helpdesk/tickets/${id}/status`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ status: 'closed' }),
    })
}

/** Milliseconds from `act` until an element with these words is drawn. */
const seen = async (page: Page, selector: string, words: string, act: () => unknown): Promise<number> => {
  // As text: what a loader adds to a function does not exist in the page.
  const found = page.evaluate<number>(`new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      const all = [...document.querySelectorAll(${JSON.stringify(selector)})]
      if (!all.some((each) => each.textContent.includes(${JSON.stringify(words)}) && each.checkVisibility())) return
      observer.disconnect()
      requestAnimationFrame(() => resolve(Date.now()))
    })
    observer.observe(document.body, { childList: true, subtree: true, characterData: true })
  })`)
  // The page has to be looking before there is anything to see.
  await wait(100)
  const began = Date.now()
  act()
  return (await found) - began
}
