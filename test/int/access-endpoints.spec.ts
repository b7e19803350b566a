import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeTransports } from '../../src/mail/transports/transportOf.js'
import type { RestResult } from '../site.js'
import { type AccessDesk, type Asker, askers, openAccessDesk, type Side } from './accessDesk.js'
import { type Row, rows } from './accessEndpoints.js'
import { type Result, report } from './accessMatrix.js'

let desk: AccessDesk
beforeAll(async () => {
  desk = await openAccessDesk({
    options: {
      overrides: {
        tickets: { fields: ({ defaultFields }) => [...defaultFields, { name: 'orderNumber', type: 'text' }] },
      },
    },
  })
})
afterAll(async () => {
  closeTransports(desk.site.payload)
  await desk.site.close()
})

const missing = 2_000_000_000

type CallArgs = { endpoint: string; row: Row; as: Asker; side: Side; id?: unknown }

const call = async ({ endpoint, row, as, side, id }: CallArgs): Promise<RestResult<unknown>> => {
  const [method, path] = endpoint.split(' ') as [string, string]
  const user = desk.users[as]
  return desk.site.rest(method.toUpperCase(), path.replace(':id', String(id)), {
    ...(user && { user }),
    ...(row.body && { body: row.body(desk, side) }),
    ...row.sent?.(),
  })
}

/** The whole answer as text; of a stream that does not end only its beginning. */
const textOf = async (response: Response): Promise<string> => {
  if (!response.headers.get('content-type')?.includes('event-stream')) return response.text()
  const reader = response.body!.getReader()
  const { value } = await reader.read()
  await reader.cancel()
  return new TextDecoder().decode(value)
}

const other: Record<Side, Side> = { mine: 'foreign', foreign: 'mine' }

const asksFor = (asker: Asker): Side | undefined =>
  asker === 'agent' ? 'mine' : asker === 'otherAgent' ? 'foreign' : undefined

const runEndpoints = async (): Promise<Result> => {
  const result: Result = { cells: 0, differences: [] }
  for (const [endpoint, row] of Object.entries(rows))
    for (const side of ['mine', 'foreign'] as const) {
      const isReading = endpoint.startsWith('get')
      const kept = isReading && (await row.id?.(desk, side))
      for (const [column, as] of askers.entries()) {
        const id = isReading ? kept : await row.id?.(desk, side)
        const { status, response } = await call({ endpoint, row, as, side, id })
        const text = await textOf(response)
        const wanted = row[side][column]!
        result.cells += 1
        const name = `${endpoint} on ${side} as ${as}`
        if (status !== wanted)
          result.differences.push(`${name}: expected ${wanted}, found ${status} ${text.slice(0, 200)}`)
        const own = asksFor(as)
        const strange = own ? other[own] : side
        const isBlind = own !== undefined || status >= 400
        if (isBlind && text.includes(`of ${strange}`))
          result.differences.push(`${name}: tells of what is not theirs: ${text.slice(0, 500)}`)
      }
    }
  return result
}

describe('the access matrix of the endpoints', () => {
  it('has a row for every endpoint, and none too many', () => {
    const found = (desk.site.config.endpoints ?? [])
      .filter(({ path }) => path.startsWith('/helpdesk'))
      .map(({ method, path }) => `${method} ${path}`)
    expect(found.sort()).toEqual(Object.keys(rows).sort())
    const ours = desk.site.config.collections.filter(({ slug }) =>
      Object.keys(desk.ids).some((key) => desk.slugOf(key as never) === slug),
    )
    const paths = new Set(ours.flatMap(({ endpoints }) => (endpoints || []).map(({ path }) => path)))
    expect([...paths].filter((path) => path.includes('helpdesk'))).toEqual([])
  })

  it('H06 H07 gives what is expected', async () => {
    expect(report('endpoints', await runEndpoints())).toEqual([])
  }, 600_000)

  it('H01 says the same of what is missing and of what may not be seen', async () => {
    for (const [endpoint, row] of Object.entries(rows)) {
      if (!row.id || row.mine[4] !== 404) continue
      const id = await row.id(desk, 'mine')
      const hidden = await call({ endpoint, row, as: 'otherAgent', side: 'mine', id })
      const gone = await call({ endpoint, row, as: 'otherAgent', side: 'mine', id: missing })
      expect([endpoint, gone.status, gone.body]).toEqual([endpoint, hidden.status, hidden.body])
      for (const odd of ['0', '-1', '1e3', "1'", 'null', '99999999999999999999']) {
        const answer = await call({ endpoint, row, as: 'agent', side: 'mine', id: odd })
        expect([endpoint, odd, answer.status]).toEqual([endpoint, odd, 404])
      }
    }
  }, 300_000)
})
