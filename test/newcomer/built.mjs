// What the built site must be like: for browsers and for the server.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { step } from './shell.mjs'

const filesIn = (folder, ending) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))

/** Words that stand in the server's libraries and nowhere else. */
const serverOnly = ['imapflow', 'nodemailer', 'mailparser', 'libmime', 'sanitize-html', 'node:child_process']

/** Browsers get the screens and their styles, and nothing of the server's. */
export const checkBrowserFiles = ({ site }) =>
  step('Browsers get nothing of the server’s', async () => {
    const scripts = filesIn(join(site, '.next/static'), '.js')
    const texts = scripts.map((file) => readFileSync(file, 'utf8'))
    const leaked = serverOnly.filter((word) => texts.some((text) => text.includes(word)))
    if (leaked.length) throw new Error(`The scripts for browsers hold ${leaked.join(', ')}.`)
    if (!texts.some((text) => text.includes('/inbox/tickets')))
      throw new Error('No script for browsers is the inbox.')
  })

/** The inbox as a signed-in agent gets it, with the style sheets that its page names. */
export const checkInboxPage = ({ client }) =>
  step('The inbox is served with its styles', async () => {
    const address = `${client.url}/admin/collections/tickets/inbox`
    const token = client.headers().authorization.slice('JWT '.length)
    const response = await fetch(address, { headers: { cookie: `payload-token=${token}` } })
    const page = await response.text()
    if (!response.ok || !page.includes('My order has not come'))
      throw new Error(`${address} answered ${response.status}: ${page.slice(0, 2000)}`)
    const sheets = [...page.matchAll(/<link[^>]+href="([^"]+\.css[^"]*)"/g)].map(([, href]) => href)
    const styles = await Promise.all(
      [...new Set(sheets)].map(async (href) => (await fetch(new URL(href, client.url))).text()),
    )
    const missing = ['--hd-text', '--hd-accent'].filter((word) => !styles.some((text) => text.includes(word)))
    if (missing.length) throw new Error(`None of ${sheets.length} style sheets has ${missing.join(', ')}.`)
    return `${sheets.length} style sheets`
  })
