import type { Person } from '../api.js'

type AssigneeArgs = {
  /** What was picked: an agent's id, or nothing for nobody. */
  picked: string
  me: Person
  /** Everybody who may be assigned; empty until the overview is there. */
  agents: Person[]
}

/** Whom a ticket goes to: null is nobody, undefined somebody unknown. */
export const assigneeOf = ({ picked, me, agents }: AssigneeArgs): Person | null | undefined => {
  if (!picked) return null
  const found = agents.find(({ id }) => String(id) === picked)
  if (found) return { id: found.id, name: found.name }
  return picked === String(me.id) ? { id: me.id, name: me.name } : undefined
}
