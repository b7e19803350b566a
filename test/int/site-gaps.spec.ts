import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { extraIndexes } from '../../src/collections/indexes.js'
import { tableOf } from '../../src/core/database.js'
import { startHelpdesk } from '../../src/index.js'
import { findGaps } from '../../src/setup.js'
import { templateAdapter } from '../database.js'
import { createSite, type Site } from '../site.js'

const sql = async (site: Site, text: string) =>
  (
    site.payload.db as unknown as { pool: { query: (text: string) => Promise<{ rows: { name: string }[] }> } }
  ).pool.query(text)

const indexesOf = async (site: Site): Promise<string[]> => {
  const { rows } = await sql(site, `select indexname name from pg_indexes where indexname like 'helpdesk%'`)
  return rows.map(({ name }) => name)
}

describe('the database of a site that has nothing but the plugin line', () => {
  let site: Site
  beforeAll(async () => {
    site = await createSite({ users: false, options: { slugs: { tickets: 'requests' } } })
  })
  afterAll(() => site.close())

  it('has every index of the inbox, also under other slugs', async () => {
    expect(await indexesOf(site)).toEqual(expect.arrayContaining(extraIndexes.map(({ name }) => name)))
    const { rows } = await sql(
      site,
      `select tablename name from pg_indexes where indexname = 'helpdesk_tickets_active'`,
    )
    expect(rows).toEqual([{ name: 'requests' }])
  })

  it('H05 is told that customers may change its users, as long as Payload’s default lets them', async () => {
    const [other, gap] = await findGaps(site.payload)
    expect(other).toMatch(/background work/)
    expect(gap).toMatch(
      /signed in to customers may change the users of the admin panel.*"users".*access\.update/,
    )
    const { access } = site.payload.collections['users']!.config
    const theirs = access.update
    access.update = ({ req }) => {
      if (req.user?.collection !== 'users') throw new Error('what a site does is its own affair')
      return true
    }
    expect(await findGaps(site.payload)).toHaveLength(1)
    access.update = theirs
  })

  it('is told of nothing but the worker, until it runs', async () => {
    site.payload.collections['users']!.config.access.update = ({ req }) => req.user?.collection === 'users'
    const [gap, ...others] = await findGaps(site.payload)
    expect(others).toEqual([])
    expect(gap).toMatch(/no mail is fetched or sent: the background work has never run.*instrumentation\.ts/)
    const { stop } = await startHelpdesk({ payload: site.payload })
    await expect.poll(() => findGaps(site.payload), { timeout: 10_000 }).toEqual([])
    await stop()
    await sql(
      site,
      `update ${tableOf(site.payload, 'helpdesk-heartbeats')} set last_run_at = now() - interval '4 minutes'`,
    )
    expect((await findGaps(site.payload))[0]).toMatch(/has not run since \d{4}-/)
  })

  it('is told of a parser that was not copied with it', async () => {
    const gaps = await findGaps(site.payload, '/nowhere/exports/parser.js')
    expect(gaps[0]).toMatch(/^no mail can be read: there is no \/nowhere\/exports\/parser\.js\..*standalone/)
  })

  it('is told of a missing index by its name, and of missing tables before all else', async () => {
    await sql(site, 'drop index helpdesk_messages_search')
    expect((await findGaps(site.payload))[0]).toMatch(
      /has no index helpdesk_messages_search; .*migrate:create/,
    )
    await sql(site, `drop table ${tableOf(site.payload, 'deals')} cascade`)
    const gaps = await findGaps(site.payload)
    expect(gaps).toEqual([expect.stringMatching(/has no table deals\..*payload migrate/)])
  })
})

describe('what is missing', () => {
  const begin = async (options = {}) => {
    const timers = vi.spyOn(globalThis, 'setTimeout')
    const site = await createSite({ users: false, options })
    const look = timers.mock.calls.filter(([, ms]) => ms === 30_000).map(([work]) => work)
    timers.mockRestore()
    return { site, look }
  }

  it('is said in the log after the start', async () => {
    const { site, look } = await begin()
    const warned = vi.spyOn(site.payload.logger, 'warn')
    expect(look).toHaveLength(1)
    look[0]!()
    await expect.poll(() => warned.mock.calls.length, { timeout: 10_000 }).toBe(2)
    expect(warned.mock.calls[0]![0]).toMatch(/^helpdesk: no mail is fetched or sent/)
    await site.close()
  })

  it('is nobody’s business where the help desk is switched off, or has ended', async () => {
    const off = await begin({ disabled: true })
    expect(off.look).toEqual([])
    await off.site.close()
    const { site, look } = await begin()
    const warned = vi.spyOn(site.payload.logger, 'warn')
    await site.close()
    look[0]!()
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(warned).not.toHaveBeenCalled()
  })
})

describe('a site that has another database', () => {
  it('is refused at start with a sentence', async () => {
    const other: ReturnType<typeof templateAdapter> = templateAdapter({})
    await expect(
      createSite({
        users: false,
        site: (config) => ({
          ...config,
          db: {
            ...other,
            init: (args) =>
              Object.assign(other.init(args), { name: 'sqlite', packageName: '@payloadcms/db-sqlite' }),
          },
        }),
      }),
    ).rejects.toThrow('payload-helpdesk needs Postgres')
  })
})
