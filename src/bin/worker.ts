import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { SanitizedConfig } from 'payload'

const usage = `payload-helpdesk worker [--config FILE]
    Fetches, processes and sends mail for the Payload site in this folder until it is told to stop (SIGTERM).
    --config  the site's payload.config.ts, where the payload command would not find it by itself
`

/**
 * The command. Payload's own command loads the site's config (TypeScript, aliases, .env files), so this one calls
 * it, in the same process, so that signals reach the work.
 */
export const worker = async (args: string[]): Promise<number | undefined> => {
  const { values } = parseArgs({
    args,
    options: { config: { type: 'string', short: 'c' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) {
    process.stdout.write(usage)
    return 0
  }
  if (values.config) process.env['PAYLOAD_CONFIG_PATH'] = resolve(values.config)
  const command = payloadCommand()
  process.argv = [process.argv[0]!, command, 'helpdesk:worker']
  await load(pathToFileURL(command).href)
  return undefined
}

/** Set where the site's config has been loaded; that happens in a copy of this module of its own. */
const loaded = Symbol.for('payload-helpdesk.workerLoaded')
const begun = globalThis as { [loaded]?: true }

const longestTries = 20

/**
 * Node 20 sometimes never ends loading modules that wait (as the editor's do) and import each other in a circle: the
 * process would end without a word. What was loaded halfway is left behind and loaded anew.
 */
const load = async (command: string): Promise<void> => {
  let tries = 1
  process.on('beforeExit', () => {
    if (begun[loaded]) return
    if (++tries > longestTries) {
      process.stderr.write("The site's config cannot be loaded: its modules wait for each other.\n")
      process.exit(1)
    }
    void import(`${command}?try=${tries}`)
  })
  await import(command)
}

/** The `payload` command of the site, which is the package that its config imports. */
const payloadCommand = (): string => {
  let entry: string
  try {
    entry = createRequire(join(process.cwd(), 'package.json')).resolve('payload')
  } catch {
    throw new Error(`There is no Payload site in ${process.cwd()}: run this where its package.json is.`)
  }
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    const command = join(folder, 'bin.js')
    if (existsSync(join(folder, 'package.json')) && existsSync(command)) return command
  }
  throw new Error(`The payload package at ${entry} has no command.`)
}

/** What `payload helpdesk:worker` runs. Ends the process when it is told to stop. */
export const script = async (config: SanitizedConfig): Promise<void> => {
  begun[loaded] = true
  try {
    const { getPayload } = await import('payload')
    const { runWorker } = await import('../worker/command.js')
    // The site's own server owns the schema and the generated types.
    const withoutPush: SanitizedConfig = {
      ...config,
      typescript: { ...config.typescript, autoGenerate: false },
      db: { ...config.db, init: (args) => Object.assign(config.db.init(args), { push: false }) },
    }
    await runWorker(await getPayload({ config: withoutPush }))
    process.exit(0)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    process.exit(1)
  }
}
