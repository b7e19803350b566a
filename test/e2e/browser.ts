import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'

const isRoot = process.getuid?.() === 0

/** The browser that the tests drive: the first of those that exist, or none but the one named in CHROMIUM_PATH. */
export const findBrowser = (): string | undefined =>
  (process.env.CHROMIUM_PATH ? [process.env.CHROMIUM_PATH] : usualPlaces()).find(
    (path) => path && existsSync(path),
  )

const usualPlaces = (): string[] => [
  chromium.executablePath(),
  // Debian's browser without a window; it needs much less of the machine than the whole one.
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** What to do where there is none. */
export const howToGetBrowser =
  'No browser found for the browser tests: install Chromium (e.g. "apt-get install chromium-headless-shell" or "npx playwright install chromium"), or set CHROMIUM_PATH.'

/** Finds a browser; root's machine is given one where it can be had without asking. */
export const getBrowser = (): string | undefined => {
  const found = findBrowser()
  if (found || !isRoot) return found
  const run = (command: string, args: string[], minutes: number): boolean =>
    spawnSync(command, args, {
      stdio: 'ignore',
      timeout: minutes * 60_000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0
  if (existsSync('/usr/bin/apt-get')) {
    run('apt-get', ['update', '-q'], 3)
    for (const name of ['chromium-headless-shell', 'chromium'])
      if (!findBrowser()) run('apt-get', ['install', '-y', '-q', '--no-install-recommends', name], 8)
  }
  if (!findBrowser())
    run(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium'], 3)
  return findBrowser()
}

/** How it is started; without these switches it looks for hosts on the internet at every start. */
export const launchOptions = () => ({
  executablePath: findBrowser(),
  args: [
    ...(isRoot ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})
