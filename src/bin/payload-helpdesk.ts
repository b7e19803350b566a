#!/usr/bin/env node
import { parseArgs } from 'node:util'

const usage = `payload-helpdesk: the command beside the plugin

  payload-helpdesk inspect [--text | --html] FILE|FOLDER…
      Prints, one JSON object a mail, what the help desk makes of raw mails. Stores nothing.
      --text  the files are plain bodies, --html  they are bare HTML bodies

  payload-helpdesk worker [options]
      Fetches, processes and sends mail for a Payload site, outside the site's own process.

  payload-helpdesk --help
`

const runInspect = async (args: string[]): Promise<number> => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { text: { type: 'boolean' }, html: { type: 'boolean' } },
  })
  if (!positionals.length || (values.text && values.html)) {
    process.stderr.write(usage)
    return 2
  }
  const { inspect } = await import('./inspect.js')
  await inspect({
    paths: positionals,
    kind: values.text ? 'text' : values.html ? 'html' : 'mail',
    write: (line) => new Promise((resolve) => process.stdout.write(`${line}\n`, () => resolve())),
  })
  return 0
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  error.code === 'ERR_MODULE_NOT_FOUND' &&
  /worker\.js/.test(error.message)

const runWorker = async (args: string[]): Promise<number> => {
  // Computed: the worker pulls in Payload, which `inspect` must do without.
  const path = ['.', 'worker.js'].join('/')
  try {
    const { worker } = (await import(path)) as { worker: (args: string[]) => Promise<number | undefined> }
    return (await worker(args)) ?? 0
  } catch (error) {
    if (!isMissing(error)) throw error
    process.stderr.write('This build of payload-helpdesk has no worker: install the package anew.\n')
    return 1
  }
}

const main = async (): Promise<number> => {
  const [command, ...rest] = process.argv.slice(2)
  if (command === 'inspect') return runInspect(rest)
  if (command === 'worker') return runWorker(rest)
  const isHelp = command === '--help' || command === '-h' || command === 'help'
  ;(isHelp ? process.stdout : process.stderr).write(usage)
  return isHelp ? 0 : 2
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  },
)
