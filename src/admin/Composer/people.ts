import type { Mailbox } from '../../collections/types.js'
import { addressKey, isValidAddress } from '../../rules/address.js'

/** `Ada <ada@example.com>` or a bare address; null where it is neither. */
export const readPerson = (typed: string): Mailbox | null => {
  const match = /^\s*"?([^"<>]*?)"?\s*<([^<>]+)>\s*$/.exec(typed)
  const name = match?.[1]?.trim() ?? ''
  const address = (match?.[2] ?? typed).trim()
  return isValidAddress(address) ? { name, address } : null
}

/** Several of them, by comma, semicolon or line; what is no address is left over. */
export const readPeople = (typed: string): { people: Mailbox[]; rest: string } => {
  // A name may hold a comma: "Lovelace, Ada" <ada@example.com>
  const only = readPerson(typed)
  if (only) return { people: [only], rest: '' }
  const people: Mailbox[] = []
  const rest: string[] = []
  for (const piece of typed.split(/[,;\n]+/)) {
    if (!piece.trim()) continue
    const person = readPerson(piece)
    if (person) people.push(person)
    else rest.push(piece.trim())
  }
  return { people, rest: rest.join(', ') }
}

/** The people without doubles. */
export const addPeople = (before: Mailbox[], more: Mailbox[]): Mailbox[] => {
  const known = new Map(before.map((person) => [addressKey(person.address), person]))
  for (const person of more)
    if (!known.has(addressKey(person.address))) known.set(addressKey(person.address), person)
  return [...known.values()]
}

type Recipients = { to: Mailbox[]; cc: Mailbox[] }

const keysOf = (people: Mailbox[]): string => people.map(({ address }) => addressKey(address)).join(' ')

/**
 * A reply's recipients after those of the ticket have changed: what the agent left as it was follows, and out of what
 * they chose themselves goes whoever has left the ticket. Undefined where nothing changes.
 */
export const followRecipients = (
  chosen: Recipients,
  { before, after }: { before: Recipients; after: Recipients },
): Recipients | undefined => {
  if (keysOf(before.to) === keysOf(after.to) && keysOf(before.cc) === keysOf(after.cc)) return undefined
  const isUntouched = keysOf(chosen.to) === keysOf(before.to) && keysOf(chosen.cc) === keysOf(before.cc)
  if (isUntouched) return after
  const stay = new Set([...after.to, ...after.cc].map(({ address }) => addressKey(address)))
  const left = new Set(
    [...before.to, ...before.cc].map(({ address }) => addressKey(address)).filter((key) => !stay.has(key)),
  )
  const keep = (people: Mailbox[]) => people.filter(({ address }) => !left.has(addressKey(address)))
  const next = { to: keep(chosen.to), cc: keep(chosen.cc) }
  const isSame = next.to.length === chosen.to.length && next.cc.length === chosen.cc.length
  return isSame ? undefined : next
}

export const writePerson = ({ name, address }: Mailbox): string => (name ? `${name} <${address}>` : address)
