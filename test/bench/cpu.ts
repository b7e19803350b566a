import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

const tick = ((): number => {
  try {
    return 1 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  } catch {
    return 0.01
  }
})()

type Stat = { pid: number; parent: number; seconds: number; megabytes: number }

const statOf = (pid: string): Stat | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name stands in brackets and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // User and system time of its own, and of its children that have ended: fields 14 to 17 of proc(5).
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    return {
      pid: Number(pid),
      parent: Number(fields[1]),
      seconds: ticks * tick,
      megabytes: (Number(fields[21]) * 4096) / 1024 ** 2,
    }
  } catch {
    // It has ended in the meantime; its parent has its time.
    return undefined
  }
}

export type Usage = {
  /** Processor time of a process and all its descendants since they began, those that have ended included. */
  cpuSeconds: number
  /** Resident memory of those that are there. */
  megabytes: number
}

const allProcesses = (): Stat[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(name) ?? [])

/** A process and all its descendants that are there; only Linux tells. */
export const processesOf = (pid: number, all = allProcesses()): Stat[] => {
  const family = new Set([pid])
  for (let size = 0; size !== family.size; ) {
    size = family.size
    for (const stat of all) if (family.has(stat.parent)) family.add(stat.pid)
  }
  return all.filter((stat) => family.has(stat.pid))
}

/** What they have used. */
export const usageOf = (pid: number, all?: Stat[]): Usage => {
  const members = processesOf(pid, all)
  return {
    cpuSeconds: members.reduce((sum, { seconds }) => sum + seconds, 0),
    megabytes: members.reduce((sum, { megabytes }) => sum + megabytes, 0),
  }
}

/** The same of several; the system is asked once: to look shall not be a part of what is measured. */
export const usagesOf = (pids: readonly number[]): Usage[] => {
  const all = allProcesses()
  return pids.map((pid) => usageOf(pid, all))
}
