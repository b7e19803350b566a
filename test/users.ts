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

const createUser = async (
  payload: Payload,
  collection: string,
  key: string,
  data: object,
): Promise<SiteUser> => {
  const email = `${key.toLowerCase()}@example.com`
  const name = key.charAt(0).toUpperCase() + key.slice(1)
  const { id } = await payload.create({
    collection,
    data: { email, password, name, ...data },
    overrideAccess: true,
    depth: 0,
  })
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
