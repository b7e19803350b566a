import { randomUUID } from 'node:crypto'
import {
  commitTransaction,
  createLocalReq,
  initTransaction,
  killTransaction,
  type PayloadRequest,
} from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertRows, postgresOf, sqlOf, tableOf } from '../../src/core/database.js'
import { inTransaction } from '../../src/core/transaction.js'
import { createSite, type Site } from '../site.js'

describe('a transaction', () => {
  let site: Site
  let req: PayloadRequest
  beforeAll(async () => {
    site = await createSite({ users: false })
    req = await createLocalReq({}, site.payload)
    // At COMMIT, and not before, a row whose key begins with "late" is refused.
    const counters = tableOf(site.payload, 'helpdesk-counters')
    await sql(`create function refuse_late() returns trigger language plpgsql as
      $$ begin if new.key like 'late%' then raise exception 'refused at commit'; end if; return null; end $$`)
    await sql(`create constraint trigger late after insert on ${counters} deferrable initially deferred
      for each row execute function refuse_late()`)
  })
  afterAll(() => site.close())

  const sql = async (text: string, values: unknown[] = []) =>
    (await sqlOf({ payload: site.payload }).query(text, values)).rows
  const insert = (own: PayloadRequest, key: string) =>
    insertRows({ req: own, slug: 'helpdesk-counters', rows: [{ key, value: 1 }] })
  const post = (own: PayloadRequest, title: string) =>
    site.payload.create({ collection: 'posts', data: { title }, overrideAccess: true, depth: 0, req: own })
  const written = async (): Promise<unknown[]> => [
    ...(await sql(`select key from ${tableOf(site.payload, 'helpdesk-counters')} order by key`)),
    ...(await sql('select title from posts order by title')),
  ]
  const empty = async (): Promise<void> => {
    await sql(`delete from ${tableOf(site.payload, 'helpdesk-counters')}`)
    await sql('delete from posts')
  }
  /** No connection is left inside a transaction, and none is missing from the pool. */
  const expectCleanPool = async (): Promise<void> => {
    const [row] = await sql(
      `select count(*)::int as open from pg_stat_activity where datname = current_database() and state like 'idle in%'`,
    )
    expect(row).toEqual({ open: 0 })
    const pool = postgresOf(site.payload).pool as unknown as { waitingCount: number }
    expect(pool.waitingCount).toBe(0)
  }

  it('writes what its raw rows and Payload operations inside it wrote, together', async () => {
    await empty()
    const result = await inTransaction(req, async (own) => {
      await insert(own, 'a')
      await post(own, 'b')
      expect(await written()).toEqual([])
      return 7
    })
    expect(result).toBe(7)
    expect(await written()).toEqual([{ key: 'a' }, { title: 'b' }])
    expect(req.transactionID).toBeUndefined()
    await expectCleanPool()
  })

  it('rejects when its COMMIT fails, and nothing is written', async () => {
    await empty()
    const attempt = inTransaction(req, async (own) => {
      await post(own, 'b')
      await insert(own, 'late')
    })
    await expect(attempt).rejects.toThrow()
    expect(await written()).toEqual([])
    await expectCleanPool()
  })

  it('rejects when its connection is ended inside, also while nothing is asked of it', async () => {
    await empty()
    const kill = async (own: PayloadRequest): Promise<void> => {
      const { rows } = await sqlOf(own).query<{ pid: number }>('select pg_backend_pid() as pid')
      await sql('select pg_terminate_backend($1)', [rows[0]!.pid])
      // The notice arrives while no statement of ours is under way.
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await expect(
      inTransaction(req, async (own) => {
        await insert(own, 'a')
        await kill(own)
      }),
    ).rejects.toThrow()
    await expect(
      inTransaction(req, async (own) => {
        await insert(own, 'a')
        await kill(own)
        await post(own, 'b')
      }),
    ).rejects.toThrow()
    expect(await written()).toEqual([])
    expect(await inTransaction(req, async (own) => (await insert(own, 'a')).length)).toBe(1)
    await expectCleanPool()
  })

  it('rejects when a failure inside was swallowed', async () => {
    await empty()
    const attempt = inTransaction(req, async (own) => {
      await insert(own, 'a')
      await sqlOf(own)
        .query('select 1 / 0')
        .catch(() => undefined)
    })
    await expect(attempt).rejects.toThrow()
    expect(await written()).toEqual([])
    await expectCleanPool()
  })

  it('writes nothing beside itself after an operation inside has failed', async () => {
    await empty()
    const attempt = inTransaction(req, async (own) => {
      await insert(own, 'a')
      await site.payload
        .update({
          collection: 'posts',
          id: 999_999,
          data: { title: 'x' },
          overrideAccess: true,
          depth: 0,
          req: own,
        })
        .catch(() => undefined)
      await insert(own, 'c').catch(() => undefined)
      await post(own, 'd').catch(() => undefined)
    })
    await expect(attempt).rejects.toThrow()
    expect(await written()).toEqual([])
    await expectCleanPool()
  })

  it('writes nothing after it has ended', async () => {
    await empty()
    let late: Promise<unknown> | undefined
    let own: PayloadRequest | undefined
    const attempt = inTransaction(req, async (inner) => {
      own = inner
      late = new Promise((resolve) => setTimeout(resolve, 100)).then(() => post(inner, 'late post'))
      late.catch(() => undefined)
      throw new Error('given up')
    })
    await expect(attempt).rejects.toThrow('given up')
    await expect(late).rejects.toThrow()
    await expect(async () => insert(own!, 'z')).rejects.toThrow()
    expect(await written()).toEqual([])
  })

  it('is joined by one inside it', async () => {
    await empty()
    const attempt = inTransaction(req, async (own) => {
      await inTransaction(own, (inner) => insert(inner, 'a'))
      await inTransaction(own, (inner) => post(inner, 'b'))
      expect(await written()).toEqual([])
      throw new Error('given up')
    })
    await expect(attempt).rejects.toThrow('given up')
    expect(await written()).toEqual([])
    await inTransaction(req, (own) => inTransaction(own, (inner) => insert(inner, 'a')))
    expect(await written()).toEqual([{ key: 'a' }])
  })

  it('of many at once each keeps to itself', async () => {
    await empty()
    const one = (i: number) =>
      inTransaction(req, async (own) => {
        await insert(own, `k${i}-${randomUUID()}`)
        await post(own, `p${i}`)
        if (i % 2) throw new Error('odd')
      })
    const results = await Promise.allSettled(Array.from({ length: 30 }, (_, i) => one(i)))
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBe(15)
    expect((await written()).length).toBe(30)
    await expectCleanPool()
  })

  describe('within one of Payload’s, as in a hook of the site,', () => {
    const begin = async (): Promise<PayloadRequest> => {
      const hooked = await createLocalReq({}, site.payload)
      await initTransaction(hooked)
      await post(hooked, 'of the site')
      return hooked
    }

    it('is a part of it: seen inside, written with its COMMIT', async () => {
      await empty()
      const hooked = await begin()
      await inTransaction(hooked, (own) => insert(own, 'a'))
      expect(await written()).toEqual([])
      await commitTransaction(hooked)
      expect(await written()).toEqual([{ key: 'a' }, { title: 'of the site' }])
      await expectCleanPool()
    })

    it('is gone with it', async () => {
      await empty()
      const hooked = await begin()
      await inTransaction(hooked, (own) => insert(own, 'a'))
      await killTransaction(hooked)
      expect(await written()).toEqual([])
      await expectCleanPool()
    })

    it('leaves nothing where it fails and the hook goes on, also after a statement that failed', async () => {
      await empty()
      const hooked = await begin()
      await insert(hooked, 'a')
      const failing = inTransaction(hooked, async (own) => {
        await insert(own, 'b')
        throw new Error('refused')
      })
      await expect(failing).rejects.toThrow('refused')
      await expect(inTransaction(hooked, (own) => insert(own, 'a'))).rejects.toThrow()
      const swallowing = inTransaction(hooked, async (own) => {
        await insert(own, 'c')
        await insert(own, 'a').catch(() => undefined)
      })
      await expect(swallowing).rejects.toThrow()
      await commitTransaction(hooked)
      expect(await written()).toEqual([{ key: 'a' }, { title: 'of the site' }])
    })

    it('of several at once each is whole or not at all', async () => {
      await empty()
      const hooked = await begin()
      const act = (key: string) =>
        inTransaction(hooked, async (own) => {
          await insert(own, `${key}1`)
          await inTransaction(own, (nested) => insert(nested, `${key}2`))
          if (key === 'b') throw new Error('refused')
        })
      const results = await Promise.allSettled(['a', 'b', 'c'].map(act))
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      await commitTransaction(hooked)
      expect(await written()).toEqual([
        { key: 'a1' },
        { key: 'a2' },
        { key: 'c1' },
        { key: 'c2' },
        { title: 'of the site' },
      ])
    })
  })
})
