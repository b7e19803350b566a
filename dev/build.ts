import { spawnSync } from 'node:child_process'
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
  mkdirSync(join(root, '.data'), { recursive: true })
  await withLock(join(root, '.data', `build-${dist.replace(/\W/g, '-')}.lock`), async () => {
    const stamp = stampOf(root)
    if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
    say('Building the site, which takes about half a minute …')
    rmSync(stampFile, { force: true })
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/next/dist/bin/next'), 'build', 'dev'],
      {
        cwd: root,
        encoding: 'utf8',
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
    if (status !== 0) throw new Error(`The site does not build.\n${stdout}\n${stderr}`)
    writeFileSync(stampFile, stamp)
  })
}

/** Builds `dist`, from which the parser's processes are started. Type errors are told and stop nothing. */
export const buildPackage = (root: string, say: (line: string) => void = console.error): void => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dev/build.mjs')], {
    cwd: root,
    encoding: 'utf8',
  })
  if (!existsSync(join(root, 'dist/index.js')))
    throw new Error(`The package does not build.\n${stdout}\n${stderr}`)
  if (status !== 0)
    say(`The package has type errors: npm run build shows ${stdout.split('error TS').length - 1}.`)
}

const stampOf = (root: string): string => {
  const hash = createHash('sha256').update(process.version)
  const read = (path: string): void => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const inner = `${path}/${entry.name}`
      if (entry.isDirectory() && entry.name !== '.next') read(inner)
      else if (entry.isFile() && !/\.(spec\.tsx?|tsbuildinfo)$|next-env\.d\.ts$/.test(entry.name))
        hash.update(inner).update(readFileSync(join(root, inner)))
    }
  }
  read('src')
  read('dev')
  return hash.update(readFileSync(join(root, 'package-lock.json'))).digest('hex')
}
