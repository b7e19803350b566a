// What the package must be like for those who install it.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { run, serve, step } from './shell.mjs'

const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))

const fail = (title, lines) => {
  if (lines.length) throw new Error(`${title}\n  ${lines.join('\n  ')}`)
}

const importsOf = (text) => ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName)

const packageOf = (name) =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')

/** The tarball as npm would publish what was built. */
export const packBuilt = async ({ root, folder }) => {
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root })
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return join(folder, `${name}-${version}.tgz`)
}

/** publint, Are The Types Wrong, and what they do not look at: imports, style sheets, directives, leftovers. */
export const checkPacked = async ({ root, folder, tarball }) => {
  await step('publint finds nothing', async () => {
    await run('node_modules/.bin/publint', ['run', tarball, '--strict'], { cwd: root })
  })
  await step('Are The Types Wrong finds nothing', async () => {
    await run('node_modules/.bin/attw', [tarball, '--profile', 'esm-only'], { cwd: root })
  })
  await step('The tarball holds what it needs and nothing else', async () => {
    const unpacked = join(folder, 'unpacked')
    mkdirSync(unpacked)
    await run('tar', ['xzf', tarball, '-C', unpacked], { cwd: folder })
    return judgePacked({ root, unpacked: join(unpacked, 'package'), tarball })
  })
}

const judgePacked = ({ root, unpacked, tarball }) => {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'))
  const allowed = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies), ...builtinModules])
  const files = filesIn(unpacked).sort()
  const used = new Set()
  const inDist = files.filter((file) => relative(unpacked, file).startsWith('dist/'))
  const faults = files
    .map((file) => relative(unpacked, file))
    .filter((file) => /(\.spec\.|\.test\.|\.map$|\.tsbuildinfo$|^(src|dev|test)\/)/.test(file))
    .map((file) => `${file} is of no use to a site`)

  for (const file of inDist) {
    const name = relative(unpacked, file)
    const source = join(root, 'src', relative('dist', name)).replace(/(\.d\.ts|\.js)$/, '')
    const from = ['.ts', '.tsx', ''].map((end) => source + end).find((path) => existsSync(path))
    if (!from) faults.push(`${name} has no source`)
    if (!/\.(js|d\.ts)$/.test(name)) continue
    const text = readFileSync(file, 'utf8')
    if (from && name.endsWith('.js') && isClient(readFileSync(from, 'utf8')) && !isClient(text))
      faults.push(`${name} has lost its 'use client'`)
    for (const wanted of importsOf(text)) {
      if (wanted.startsWith('.')) {
        const target = join(dirname(file), wanted)
        if (!existsSync(target)) faults.push(`${name} imports ${wanted}, which is not packed`)
      } else if (!wanted.startsWith('node:') && !allowed.has(packageOf(wanted)))
        faults.push(`${name} imports ${wanted}, which is no dependency`)
      else used.add(packageOf(wanted))
    }
  }
  for (const name of Object.keys(dependencies))
    if (!used.has(name)) faults.push(`${name} is a dependency that nothing imports`)
  for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md', 'package.json'])
    if (!existsSync(join(unpacked, name))) faults.push(`${name} is not packed`)
  fail('The tarball is not sound:', faults)
  const kilobytes = (sizes) => `${Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1024)} kB`
  return `${files.length} files, ${kilobytes(files.map((file) => statSync(file).size))}, packed ${kilobytes([statSync(tarball).size])}`
}

const isClient = (text) => /^\s*['"]use client['"]/.test(text)

const single = [
  'payload',
  '@payloadcms/db-postgres',
  '@payloadcms/richtext-lexical',
  '@payloadcms/translations',
  '@payloadcms/ui',
  'lexical',
  'next',
  'react',
  'react-dom',
]

/** Every real folder of a package below node_modules; links are passed over, as pnpm makes them by the thousand. */
const copiesOf = (folder, names, found = new Map(names.map((name) => [name, []]))) => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const path = join(folder, entry.name)
    const name = path.split('/node_modules/').at(-1)
    if (found.has(name) && existsSync(join(path, 'package.json'))) found.get(name).push(path)
    const isScope = entry.name.startsWith('@') || entry.name === '.pnpm' || entry.name.includes('@')
    if (isScope || entry.name === 'node_modules') copiesOf(path, names, found)
    else if (existsSync(join(path, 'node_modules'))) copiesOf(join(path, 'node_modules'), names, found)
  }
  return found
}

/** No complaint about peers, and no second copy of what must be there once. */
export const checkInstalled = ({ site, printed }) =>
  step('It installs without a word about peers, and nothing comes twice', async () => {
    fail(
      'The package manager complains:',
      printed.split('\n').filter((line) => /peer|ERESOLVE|EBADENGINE|conflict/i.test(line)),
    )
    const copies = [...copiesOf(join(site, 'node_modules'), single)]
    fail(
      'These are there more or less than once:',
      copies.filter(([, paths]) => paths.length !== 1).map(([name, paths]) => `${name}: ${paths.join(', ')}`),
    )
  })

const consumer = `import config from '@payload-config'
import { getPayload } from 'payload'
import { getHelpdesk, helpdeskPlugin, replyToTicket } from 'payload-helpdesk'
import { helpdeskIndexes } from 'payload-helpdesk/postgres'
import type { HelpdeskOptions, Status } from 'payload-helpdesk/types'
import type { Ticket } from './payload-types'

export const options: HelpdeskOptions = { slugs: { tickets: 'requests' }, mail: { keepRawDays: 7 } }
export const status: Status = 'open'
export const made = [helpdeskPlugin(options), helpdeskIndexes(), getHelpdesk, replyToTicket]

/** The site's generated types know our collections, and our verbs take what they give. */
export const answerAll = async (): Promise<(string | null | undefined)[]> => {
  const payload = await getPayload({ config })
  const { docs } = await payload.find({ collection: 'tickets', where: { status: { equals: status } } })
  const tickets: Ticket[] = docs
  for (const { id } of tickets)
    await replyToTicket({ req: { payload } as never, overrideAccess: true, ticket: id, text: 'Soon.', to: [] })
  // @ts-expect-error A ticket has no such field: it is not any.
  docs[0].colour
  return tickets.map(({ subject }) => subject)
}

// @ts-expect-error There is no such status: the types are there and are not any.
export const wrong: Status = 'opened'
// @ts-expect-error There is no such option.
export const unknown: HelpdeskOptions = { slug: {} }
// @ts-expect-error A plugin takes options.
helpdeskPlugin(7)
`

/** The site's own type check, with its generated types; and our declarations themselves, which a site skips. */
export const checkTypes = ({ site }) =>
  step('The site type-checks, and so do our declarations', async () => {
    writeFileSync(join(site, 'src/helpdesk-types.ts'), consumer)
    const printed = await run('npx', ['tsc', '--noEmit', '--skipLibCheck', 'false'], {
      cwd: site,
      good: [0, 1, 2],
    })
    const found = printed.split('\n').filter((line) => line.includes('error TS'))
    // What other packages declare is skipped, as the site's own settings do; ours is not.
    fail(
      'The site does not type-check:',
      found.filter((line) => !/^node_modules\/(?!payload-helpdesk\/|\.pnpm\/payload-helpdesk@)/.test(line)),
    )
  })

/** The package's commands, from where the package manager put them. */
export const checkCommands = async ({ site, env }) => {
  await step('payload-helpdesk inspect reads a mail', async () => {
    const mail = join(site, 'mail.eml')
    writeFileSync(mail, 'From: Ada <ada@example.test>\r\nSubject: Hello\r\n\r\nHow are you?\r\n')
    const printed = await run('npx', ['payload-helpdesk', 'inspect', mail], { cwd: site })
    const { subject, reply } = JSON.parse(printed.split('\n').find((line) => line.startsWith('{')))
    if (subject !== 'Hello' || !reply.includes('How are you?')) throw new Error(printed)
  })
  await step('payload-helpdesk worker starts and stops', async () => {
    const begin = (tries = 1) =>
      serve('npx', ['payload-helpdesk', 'worker'], { cwd: site, env, until: /worker started/ }).catch(
        (error) => {
          if (tries === 5 || !error.message.includes('was not loaded')) throw error
          return begin(tries + 1)
        },
      )
    const worker = await begin()
    return `stopped within ${(await worker.stop()).ms} ms`
  })
}
