import crypto from 'node:crypto'
import type { Payload } from 'payload'

/** Somebody who can call the site; the token is fetched at the first call. */
export type SiteUser = {
  id: number | string
  collection: string
  email: string
  token: () => Promise<string>
}

/** One user of each kind that the access rules tell apart. */
export type SiteUsers = Record<UserKey, SiteUser>

type UserKey = 'administrator' | 'manager' | 'agent' | 'otherAgent' | 'noRole' | 'customer'

const password = 'correct horse'

const roles: Record<Exclude<UserKey, 'customer'>, string | undefined> = {
  administrator: 'administrator',
  manager: 'manager',
  agent: 'agent',
  otherAgent: 'agent',
  noRole: undefined,
}

type Derive = typeof crypto.pbkdf2

/** What was derived from a password before: a tenth of a second each, and all sites have the same users. */
const derived = new Map<string, Buffer>()
const derive: Derive = crypto.pbkdf2
crypto.pbkdf2 = ((...args: Parameters<Derive>) => {
  const [secret, salt, iterations, length, digest, callback] = args
  const key = JSON.stringify([String(secret), String(salt), iterations, length, digest])
  const known = derived.get(key)
  if (known) {
    process.nextTick(callback, null, known)
    return
  }
  derive(secret, salt, iterations, length, digest, (error, found) => {
    if (!error) derived.set(key, found)
    callback(error, found)
  })
}) as Derive

type Stored = { id: number | string; hash?: string; salt?: string }

/** How the password is stored: as Payload has stored it for the first user of this process. */
let stored: { hash: string; salt: string } | undefined

/** Makes the users, with their roles where the plugin has given users that field. */
export const createUsers = async (payload: Payload): Promise<SiteUsers> => {
  const hasRoles = payload.collections['users']!.config.flattenedFields.some(
    (field) => field.name === 'helpdeskRole',
  )
  const users: Partial<SiteUsers> = {}
  for (const [key, role] of Object.entries(roles) as [Exclude<UserKey, 'customer'>, string | undefined][])
    users[key] = await createUser(payload, 'users', key, hasRoles && role ? { helpdeskRole: role } : {})
  users.customer = await createUser(payload, 'customers', 'customer', {})
  return users as SiteUsers
}

const store = async (
  payload: Payload,
  { collection, data }: { collection: string; data: Record<string, unknown> },
): Promise<Stored> => {
  if (stored) {
    const row = { ...data, ...stored, loginAttempts: 0 }
    return (await payload.db.create({ collection, data: row, req: {} })) as unknown as Stored
  }
  const { id } = await payload.create({
    collection,
    data: { ...data, password },
    overrideAccess: true,
    depth: 0,
  })
  const made = await payload.db.findOne<Stored & { hash: string; salt: string }>({
    collection,
    where: { id: { equals: id } },
  })
  stored = { hash: made!.hash, salt: made!.salt }
  return { id }
}

const createUser = async (
  payload: Payload,
  collection: string,
  key: string,
  data: object,
): Promise<SiteUser> => {
  const email = `${key.toLowerCase()}@example.com`
  const name = key.charAt(0).toUpperCase() + key.slice(1)
  const { id } = await store(payload, { collection, data: { email, name, ...data } })
  let token: Promise<string> | undefined
  const login = async (): Promise<string> => {
    const result = await payload.login({
      collection,
      data: { email, password },
      depth: 0,
      overrideAccess: true,
    })
    if (!result.token) throw new Error(`${email} cannot sign in.`)
    return result.token
  }
  return { id, collection, email, token: () => (token ??= login()) }
}
