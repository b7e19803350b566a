import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withLock } from './database/lock.js'

/** Builds the dev site for `next start` into a folder below `dev/`, unless that is what was built from last. */
export const buildSite = async (args: {
  root: string
  dist: string
  say?: (line: string) => void
}): Promise<void> => {
  const { root, dist, say = () => undefined } = args
  const folder = join(root, 'dev', dist)
  const stampFile = join(folder, 'built-from')
  await withLock(buildLock(root, dist.replace(/\W/g, '-')), async () => {
    const stamp = stampOf(root)
    if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
    say('Building the site, which takes about half a minute …')
    rmSync(stampFile, { force: true })
    const { code, said } = await run(
      process.execPath,
      [join(root, 'node_modules/next/dist/bin/next'), 'build', 'dev'],
      {
        cwd: root,
        env: {
          ...process.env,
          NODE_ENV: 'production',
          HELPDESK_DIST: dist,
          NEXT_TELEMETRY_DISABLED: '1',
          // The build reads no table.
          DATABASE_URL: process.env.DATABASE_URL || 'postgres://localhost/none',
        },
      },
    )
    if (code !== 0) throw new Error(`The site does not build.\n${said}`)
    writeFileSync(stampFile, stamp)
  })
}

/** A build takes longer than anything else that is locked, the more so beside tests. */
const buildLock = (root: string, name: string) => {
  mkdirSync(join(root, '.data'), { recursive: true })
  return { file: join(root, '.data', `build-${name}.lock`), patienceMs: 10 * 60_000 }
}

/** Builds `dist`, from which the parser's processes are started. Types are checked by `npm run build` and the tests. */
export const buildPackage = async (root: string): Promise<void> => {
  await withLock(buildLock(root, 'package'), async () => {
    const { code, said } = await run(process.execPath, [join(root, 'dev/build.mjs'), '--noCheck'], {
      cwd: root,
      env: process.env,
    })
    if (code !== 0 || !existsSync(join(root, 'dist/index.js')))
      throw new Error(`The package does not build.\n${said}`)
  })
}

const run = (
  command: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<{ code: number; said: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    children.add(child)
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
    child.once('error', reject)
    child.once('close', (code) => {
      children.delete(child)
      resolve({ code: code ?? 1, said })
    })
  })

const children = new Set<ChildProcess>()

/** Ends builds that are under way. */
export const stopBuilding = (): void => {
  for (const child of children) child.kill('SIGTERM')
}

/** Folders of which nothing gets into the built site. */
const notInSite = new Set(['dev/database', 'dev/demo', 'dev/seed/stories', 'src/bin'])

const stampOf = (root: string): string => {
  const hash = createHash('sha256').update(process.version)
  const read = (path: string): void => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const inner = `${path}/${entry.name}`
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.next') && !notInSite.has(inner)) read(inner)
      }
      if (entry.isFile() && !/\.(spec\.tsx?|tsbuildinfo)$|next-env\.d\.ts$/.test(entry.name))
        hash.update(inner).update(readFileSync(join(root, inner)))
    }
  }
  read('src')
  read('dev')
  return hash.update(readFileSync(join(root, 'package-lock.json'))).digest('hex')
}
