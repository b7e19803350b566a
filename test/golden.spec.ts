import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Config } from 'payload'
import { describe, expect, it } from 'vitest'
import packageJSON from '../package.json' with { type: 'json' }
import { helpdeskPlugin } from '../src/index.js'
import { en } from '../src/translations/en.js'
import { readSources } from './architecture/source.js'
import { collectionsText, doorsText, endpointsText, optionsText } from './architecture/surface.js'

const folder = fileURLToPath(new URL('./golden/', import.meta.url))

/** Compares with the kept text, or keeps it anew when asked to: `UPDATE_GOLDEN=1`. */
const expectGolden = (name: string, text: string): void => {
  const file = `${folder}${name}.txt`
  if (process.env['UPDATE_GOLDEN']) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, `${text}\n`)
  }
  expect(existsSync(file), `${file} is missing: run with UPDATE_GOLDEN=1`).toBe(true)
  expect(`${text}\n`, 'The public surface changed. If that is meant, run with UPDATE_GOLDEN=1.').toBe(
    readFileSync(file, 'utf8'),
  )
}

const site = {
  collections: [{ slug: 'users', auth: true, fields: [] }],
  admin: { user: 'users' },
} as unknown as Config

const apply = (options = {}): Config => helpdeskPlugin(options)(site) as Config

/** Where a door of the package stands in the sources. */
const doors = Object.fromEntries(
  Object.entries(packageJSON.exports).flatMap(([door, target]) =>
    typeof target === 'string' ? [] : [[door, target.default.replace('./dist/', '').replace(/\.js$/, '.ts')]],
  ),
)

describe('the public surface', { timeout: 60_000 }, () => {
  it('collections, fields and access', () => {
    expectGolden('collections', collectionsText(apply()))
  })

  it('has words for every field, option and collection', () => {
    const missing = new Set<string>()
    const t = (key: string): string => {
      const [space, ...path] = key.split(':')
      const words = path.reduce<unknown>(
        (at, part) => (at as Record<string, unknown> | undefined)?.[part],
        en,
      )
      if (space === 'helpdesk' && typeof words !== 'string') missing.add(key)
      return key
    }
    const seen = new Set<unknown>()
    const read = (value: unknown): void => {
      if (!value || typeof value !== 'object' || seen.has(value)) return
      seen.add(value)
      for (const [name, inner] of Object.entries(value)) {
        if (
          /^(label|labels|singular|plural|description|placeholder)$/.test(name) &&
          typeof inner === 'function'
        )
          inner({ t, i18n: { language: 'en' } })
        else read(inner)
      }
    }
    read(apply().collections)
    expect(seen.size).toBeGreaterThan(200)
    expect([...missing]).toEqual([])
  })

  it('endpoints', () => {
    expectGolden('endpoints', endpointsText(apply().endpoints ?? []))
  })

  it('options and their defaults', () => {
    expectGolden('options', optionsText(readSources('src')))
  })

  it('doors of the package', () => {
    expectGolden('doors', doorsText(readSources('src'), doors))
  })

  it('keeps the schema when switched off, and nothing else', () => {
    const off = apply({ disabled: true })
    expect(collectionsText(off)).toBe(collectionsText(apply()))
    expect(off.endpoints).toEqual([])
    expect(off.admin?.components).toEqual({})
  })
})
