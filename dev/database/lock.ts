import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Whether a process with this id runs; one that belongs to somebody else counts as running. */
export const isAlive = (pid: number): boolean => {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Runs `work` while no other process holds the lock file; a lock left by a killed process is taken over. */
export const withLock = async <T>(
  lock: string | { file: string; patienceMs: number },
  work: () => Promise<T>,
): Promise<T> => {
  const { file, patienceMs } = typeof lock === 'string' ? { file: lock, patienceMs: 120_000 } : lock
  const until = Date.now() + patienceMs
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = readPid(file)
      if (holder === undefined || !isAlive(holder)) rmSync(file, { force: true })
      else if (Date.now() > until)
        throw new Error(`${file} is held by process ${holder} and has not been given back.`)
      else await wait(100)
    }
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

const readPid = (file: string): number | undefined => {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

let counter = 0

/** Notes that this process uses the thing whose folder of users is given; returns the way to take the note back. */
export const addUser = (folder: string): (() => void) => {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${process.pid}-${++counter}`)
  writeFileSync(file, '')
  return () => rmSync(file, { force: true })
}

/** How many running processes still use it; notes of killed processes are removed on the way. */
export const countUsers = (folder: string): number => {
  let count = 0
  for (const name of readdirSync(folder)) {
    if (isAlive(Number(name.split('-')[0]))) count++
    else rmSync(join(folder, name), { force: true })
  }
  return count
}
