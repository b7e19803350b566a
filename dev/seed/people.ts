import type { Payload } from 'payload'

/** Those who work at the pretend company, and what they sign in with. */
export const people = [
  { name: 'Ada Admin', email: 'admin@acme.test', helpdeskRole: 'administrator' },
  { name: 'Mara Vogel', email: 'mara@acme.test', helpdeskRole: 'manager' },
  { name: 'Dana Reyes', email: 'dana@acme.test', helpdeskRole: 'agent' },
  { name: 'Kim Lindqvist', email: 'kim@acme.test', helpdeskRole: 'agent' },
  { name: 'Sam Okafor', email: 'sam@acme.test', helpdeskRole: 'agent' },
] as const

/** Everybody's password in the demo. */
export const password = 'demo'

/** Makes those of them who are missing. */
export const seedPeople = async (payload: Payload): Promise<void> => {
  for (const person of people) {
    const { totalDocs } = await payload.count({
      collection: 'users',
      where: { email: { equals: person.email } },
      overrideAccess: true,
    })
    if (totalDocs) continue
    await payload.create({
      collection: 'users',
      data: { ...person, password },
      overrideAccess: true,
      depth: 0,
    })
  }
}
