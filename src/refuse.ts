import type { Config, Payload } from 'payload'
import type { HelpdeskOptions } from './options.js'

type ConfigArgs = { config: Config; usersSlug: string; options: HelpdeskOptions }

/** What would otherwise be found out late, or never. */
export const refuseConfig = ({ config, usersSlug, options }: ConfigArgs): void => {
  if (config.custom?.['helpdesk'])
    throw new Error('payload-helpdesk: helpdeskPlugin stands in `plugins` twice. A site has one help desk.')
  const users = config.collections?.find(({ slug }) => slug === usersSlug)
  if (!users?.auth && !options.access?.role)
    throw new Error(
      `payload-helpdesk: there is no auth collection "${usersSlug}" whose users could have a role. Put it into \`collections\`, name it in admin.user, or give roles by helpdeskPlugin({ access: { role } }).`,
    )
}

/** Values that a type cannot rule out, as an environment variable that is not set. */
export const refuseOptions = ({ secret }: HelpdeskOptions): void => {
  if (secret === undefined) return
  const secrets = [secret].flat() as unknown[]
  if (!secrets.length || secrets.some((one) => typeof one !== 'string' || !one.trim()))
    throw new Error(
      'payload-helpdesk: the option `secret` is empty. Anybody could open what it encrypts. Set the environment variable it comes from, or leave the option out to use the Payload secret.',
    )
}

/** The help desk speaks SQL of Postgres. */
export const refuseOtherDatabases = ({ db: { name, packageName } }: Payload): void => {
  if (name === 'postgres') return
  throw new Error(
    `payload-helpdesk needs Postgres (@payloadcms/db-postgres or db-vercel-postgres); this site uses ${packageName || name}.`,
  )
}
