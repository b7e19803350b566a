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

export const writePerson = ({ name, address }: Mailbox): string => (name ? `${name} <${address}>` : address)
