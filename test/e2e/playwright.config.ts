import { fileURLToPath } from 'node:url'
import { defineConfig } from '@playwright/test'
import { findBrowser, howToGetBrowser, launchOptions } from './browser.js'

const here = fileURLToPath(new URL('.', import.meta.url))
if (!findBrowser()) throw new Error(howToGetBrowser)

export default defineConfig({
  testDir: here,
  testMatch: '**/*.e2e.ts',
  outputDir: `${here}results`,
  globalSetup: `${here}start.ts`,
  globalTimeout: 28 * 60_000,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  // Half of a browser test is waiting; each worker has a site of its own.
  workers: 2,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  reporter: [
    ['list'],
    ['json', { outputFile: process.env.HELPDESK_E2E_REPORT ?? `${here}report/report.json` }],
  ],
  use: {
    launchOptions: launchOptions(),
    // The admin's navigation folds away below this width.
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    screenshot: 'only-on-failure',
    // Pictures of every frame cost more than the tests themselves where nothing draws but the processor.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false },
    contextOptions: { reducedMotion: 'reduce' },
    actionTimeout: 20_000,
  },
})
