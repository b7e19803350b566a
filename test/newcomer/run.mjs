// npm run newcomer: packs the package, installs it into a new Payload site outside the repository by doing what the
// README says, and takes a mail through that site in production mode.
//   --pnpm     installs with pnpm, whose node_modules hide what a package does not declare
//   --webpack  builds with webpack instead of Turbopack
//   --keep     leaves the site's folder
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureInstalled, root } from '../../dev/install.mjs'
import { checkBrowserFiles, checkInboxPage } from './built.mjs'
import { addPortal, tryPortal } from './portal.mjs'
import { applyStep, readSteps } from './readme.mjs'
import { endAll, run, serve, step } from './shell.mjs'
import { checkRefusals, makeTrip } from './trip.mjs'

const has = (flag) => process.argv.includes(`--${flag}`)
const pnpm = has('pnpm')

ensureInstalled()
const { checkCommands, checkInstalled, checkPacked, checkTypes, packBuilt } = await import('./checks.mjs')
const { tsImport } = await import('tsx/esm/api')
const { freePort, freshDatabase, startMailServer } = await tsImport('./services.ts', import.meta.url)

const folder = mkdtempSync(join(tmpdir(), 'payload-helpdesk-newcomer-'))
const site = join(folder, 'site')
const closing = []

/** The README speaks npm; a pnpm user translates. */
const install = (args) =>
  pnpm
    ? run('npx', ['--yes', 'pnpm@9', ...(args.length ? ['add', ...args] : ['install'])], { cwd: site })
    : run('npm', ['install', ...args], { cwd: site })

/**
 * On a busy machine Payload's command now and then ends with 0 before it has begun, as Node's loader loses the config
 * on the way; it says nothing then, and is asked again.
 */
const runWhole = async ([command, ...args], options) => {
  for (let tries = 1; ; tries++) {
    const printed = await run(command, args, options)
    const isSilent = !printed.split('\n').some((line) => line.trim() && !line.startsWith('npm warn'))
    if (!isSilent || !args.includes('payload')) return printed
    console.log(`       ${command} ${args.join(' ')} ended without a word (${tries})`)
    if (tries === 5) throw new Error('The command does nothing.')
  }
}

const doStep = async (todo, { tarball, env }) => {
  if (todo.kind !== 'command') return applyStep(site, todo)
  const words = todo.command.split(' ')
  if (words[0] === 'npm' && words[1] === 'install')
    return install(words.slice(2).map((word) => (word === 'payload-helpdesk' ? tarball : word)))
  const command = words[0] === 'npx' && pnpm ? ['npx', '--yes', 'pnpm@9', 'exec', ...words.slice(1)] : words
  return runWhole(command, { cwd: site, env })
}

/** The local mail server is on this machine, which the help desk refuses unless it is told so; and mails hold links. */
const configure = (url) => {
  const file = join(site, 'src/payload.config.ts')
  const config = readFileSync(file, 'utf8')
  const options = `{ mailboxes: { allowPrivateHosts: true }, portal: { url: '${url}/support' } }`
  writeFileSync(file, config.replace('helpdeskPlugin()', `helpdeskPlugin(${options})`))
}

const main = async () => {
  const steps = readSteps(join(root, 'README.md'))
  const starts = steps.findIndex(({ command }) => command === 'npm run build')
  if (starts < 0) throw new Error('The README does not say how to build the site.')

  const tarball = await step('The package is built and packed', async () => {
    await run(process.execPath, ['dev/build.mjs'], { cwd: root })
    return packBuilt({ root, folder })
  })
  await checkPacked({ root, folder, tarball })

  const database = await step('A fresh database is there', freshDatabase)
  closing.push(database.close)
  const env = { DATABASE_URL: database.url, PAYLOAD_SECRET: 'A secret of the newcomer.' }

  await step(`A new site is installed with ${pnpm ? 'pnpm' : 'npm'}`, async () => {
    cpSync(fileURLToPath(new URL('./site', import.meta.url)), site, { recursive: true })
    await install([])
  })
  for (const todo of steps.slice(0, starts)) {
    const printed = await step(`README: ${todo.command ?? todo.path}`, async () => {
      const output = await doStep(todo, { tarball, env })
      return output === undefined ? undefined : { output }
    })
    if (todo.command?.startsWith('npm install')) await checkInstalled({ site, pnpm, printed: printed.output })
  }
  await checkTypes({ site })

  const port = await freePort()
  const url = `http://localhost:${port}`
  configure(url)
  await addPortal({ root, site })
  await step(`README: npm run build${has('webpack') ? ', with webpack' : ''}`, async () => {
    const printed = await run('npm', ['run', 'build', ...(has('webpack') ? ['--', '--webpack'] : [])], {
      cwd: site,
      env,
    })
    const isWarning = (line) => /\bwarn(ing)?\b|⚠/i.test(line) && !/^npm warn|No build cache/.test(line)
    if (printed.split('\n').some(isWarning)) throw new Error(`next build warns:\n${printed}`)
  })

  await checkBrowserFiles({ site })

  const mail = await startMailServer()
  closing.push(mail.close)
  const served = await step('README: npm run start', () =>
    // Next itself, not npm: it alone is to get the signal in the end.
    serve(process.execPath, ['node_modules/next/dist/bin/next', 'start', '-p', String(port)], {
      cwd: site,
      env,
      until: /Ready in/,
    }),
  )
  closing.push(() => served.stop(2000))
  const { client, live, ticket } = await makeTrip({ url, mail }).catch((error) => {
    throw new Error(`${error.stack}\n\nThe site printed:\n${served.output()}`)
  })
  await checkInboxPage({ client })
  await tryPortal({ url, mail, call: client.call })
  await step('It has had nothing to complain of', async () => {
    const complaints = served
      .output()
      .split('\n')
      .filter((line) => /\b(warn|error)|key not found|✗|⨯/i.test(line) && !/No email adapter/.test(line))
    if (complaints.length) throw new Error(served.output())
  })
  await checkRefusals({ client, ticket })
  await step('The site stops on SIGTERM, an inbox being open', async () => {
    const { ms, isKilled } = await served.stop()
    await live.close()
    if (isKilled) throw new Error(`It had to be killed after ${ms} ms.`)
    return `${ms} ms`
  })
  await checkCommands({ site, env })
}

const close = async () => {
  for (const work of closing.reverse()) await work()?.catch?.(() => undefined)
  endAll()
}
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void close().finally(() => process.exit(1)))

const begun = Date.now()
const code = await main().then(
  () => 0,
  (error) => {
    console.error(error.message)
    return 1
  },
)
await close()
if (code === 0 && !has('keep')) rmSync(folder, { recursive: true, force: true })
else console.log(`The site is in ${site}.`)
console.log(`${code ? 'FAILED' : 'All passed'} in ${Math.round((Date.now() - begun) / 1000)} s`)
process.exit(code)
