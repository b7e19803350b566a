import { describe, expect, it } from 'vitest'
import { checkBrowser, checkCircles, checkFloors, checkRules } from './architecture/floors.js'
import {
  checkAnswers,
  checkConsole,
  checkLength,
  checkLocalAPI,
  checkLumberRooms,
  checkOptions,
} from './architecture/habits.js'
import { checkParameters } from './architecture/parameters.js'
import { readSources, type Source } from './architecture/source.js'

const house = readSources('src')
const code = house.filter(({ path }) => !/\.spec\.tsx?$/.test(path))

/** Files that there are not, to see whether they would be found. */
const sample = (files: Record<string, string>): Source[] =>
  Object.entries(files).map(([path, text]) => ({ path, text }))

describe('the house', { timeout: 60_000 }, () => {
  it('is read whole', () => {
    expect(house.length).toBeGreaterThan(200)
    expect(house.map(({ path }) => path)).toContain('mail/inbound/process.ts')
  })

  it('imports downwards only, each room by its door', () => {
    expect(checkFloors(house)).toEqual([])
  })

  it('has no circles', () => {
    expect(checkCircles(code)).toEqual([])
  })

  it('keeps servers out of browsers', () => {
    expect(checkBrowser(code, ['exports/client.ts', 'exports/portal/client.ts'])).toEqual([])
  })

  it('keeps rules pure', () => {
    expect(checkRules(house)).toEqual([])
  })

  it('has no long files and no lumber rooms', () => {
    const others = ['test', 'dev'].flatMap((folder) =>
      readSources(folder, /\.(tsx?|mjs)$/)
        .filter(({ path }) => !/payload-types\.ts$|importMap\.js$|(^|\/)migrations\//.test(path))
        .map(({ path, text }) => ({ path: `${folder}/${path}`, text })),
    )
    expect(checkLength([...house, ...others])).toEqual([])
    expect(checkLumberRooms([...house, ...others])).toEqual([])
  })

  it('says at each call of the Local API whether access counts, how deep and in whose request', () => {
    expect(checkLocalAPI(code)).toEqual([])
  })

  it('answers in one place and logs by Payload', () => {
    expect(checkAnswers(code)).toEqual([])
    expect(checkConsole(code)).toEqual([])
  })

  it('takes at most two positional parameters', () => {
    expect(checkParameters(code)).toEqual([])
  })

  it('documents every option and its default', () => {
    expect(checkOptions(code)).toEqual([])
  })
})

describe('the checks find', () => {
  it('an import upwards, sideways, past a door, through the own door, to no floor', () => {
    const files = sample({
      'mail/outbound/deliver.ts': `import { run } from '../../automation/run.js'`,
      'automation/run.ts': `export const run = 1`,
      'operations/openTicket.ts': `import type { Step } from '../mail/index.js'`,
      'mail/index.ts': `export { deliver } from './outbound/deliver.js'`,
      'mail/inbound/accept.ts': `import { deliver } from '../index.js'`,
      'admin/endpoints/tickets.ts': `export { deliver } from '../../mail/outbound/deliver.js'`,
      'worker/loop.ts': `const lazy = () => import('../admin/index.js')`,
      'admin/index.ts': `export {}`,
      'attic/box.ts': `export {}`,
    })
    expect(checkFloors(files)).toEqual([
      'mail/outbound/deliver.ts → automation/run.ts: rooms of one floor',
      'operations/openTicket.ts → mail/index.ts: imports go down only',
      'mail/inbound/accept.ts → mail/index.ts: a room does not use its own door',
      'admin/endpoints/tickets.ts → mail/outbound/deliver.ts: enter mail by its door, mail/index.ts',
      'worker/loop.ts → admin/index.ts: rooms of one floor',
      'attic/box.ts stands on no floor of the house',
    ])
  })

  it('nothing where all is well', () => {
    const files = sample({
      'mail/index.ts': `export { deliver } from './outbound/deliver.js'`,
      'mail/outbound/deliver.ts': `import { openTicket } from '../../operations/openTicket.js'`,
      'operations/openTicket.ts': `import { errors } from '../core/errors.js'`,
      'core/errors.ts': `import { text } from '../translations/en.js'`,
      'translations/en.ts': `export const text = 1`,
      'admin/thread.ts': `import { deliver } from '../mail/index.js'`,
      'plugin.ts': `import { sanitizeMail } from './mail/options.js'`,
      'mail/options.ts': `export {}`,
    })
    expect(checkFloors(files)).toEqual([])
  })

  it('a circle, but not one of types', () => {
    const files = sample({
      'core/a.ts': `import { b } from './b.js'`,
      'core/b.ts': `import { c } from './c.js'`,
      'core/c.ts': `export * from './a.js'`,
      'core/d.ts': `import { type E } from './e.js'`,
      'core/e.ts': `import type { D } from './d.js'`,
    })
    expect(checkCircles(files)).toEqual(['core/a.ts → core/b.ts → core/c.ts → core/a.ts: a circle'])
  })

  it('what a browser cannot run, however far behind the door', () => {
    const files = sample({
      'exports/client.ts': `export { Inbox } from '../admin/Inbox.js'`,
      'admin/Inbox.tsx': `import { useState } from 'react'; import { rows } from './rows.js'; import './Inbox.css'`,
      'admin/rows.ts': `import type { Payload } from 'payload'; import { APIError } from 'payload'
        import 'next/navigation'; import { readFile } from 'node:fs'; import { formatAdminURL } from 'payload/shared'`,
    })
    const way = 'exports/client.ts → admin/Inbox.tsx → admin/rows.ts'
    expect(checkBrowser(files, ['exports/client.ts', 'exports/portal.ts'])).toEqual([
      `${way} → payload: not for browsers`,
      `${way} → next/navigation: not for browsers`,
      `${way} → node:fs: not for browsers`,
      'exports/portal.ts: there is no such door',
    ])
  })

  it('rules that look at the clock or at Payload', () => {
    const files = sample({
      'rules/status.ts': `import { APIError } from 'payload'; export const at = () => Date.now()`,
      'rules/views.ts': `import type { Payload } from 'payload'; export const view = 1`,
    })
    expect(checkRules(files)).toEqual([
      'rules/status.ts → payload: rules are pure',
      'rules/status.ts: rules take the time and chance as arguments',
    ])
  })

  it('a long file and a lumber room', () => {
    expect(checkLength(sample({ 'core/a.ts': '\n'.repeat(401), 'core/b.ts': '\n'.repeat(400) }))).toEqual([
      'core/a.ts: 401 lines, at most 400',
    ])
    expect(
      checkLumberRooms(sample({ 'admin/utils/a.ts': '', 'core/helpers.ts': '', 'admin/shareds.ts': '' })),
    ).toEqual([
      'admin/utils/a.ts: a lumber room; say what is in it',
      'core/helpers.ts: a lumber room; say what is in it',
    ])
  })

  it('a call that leaves something to defaults', () => {
    const files = sample({
      'operations/a.ts': `
        await req.payload.find({ collection: 'x', overrideAccess: true, depth: 0, req })
        await req.payload.find({ collection: 'x', overrideAccess: true, req })
        await payload.count({ collection: 'x', req })
        await args.payload.create(given)
        await list.find((one) => one.id)`,
    })
    expect(checkLocalAPI(files)).toEqual([
      'operations/a.ts:3: payload.find without depth',
      'operations/a.ts:4: payload.count without overrideAccess',
      'operations/a.ts:5: payload.create without overrideAccess, depth, req',
    ])
  })

  it('a raw answer and a word to the console', () => {
    const files = sample({
      'admin/a.ts': `const a = Response.json({})\nconst b = new Response('')\nconst c = streamResponse({})`,
      'core/endpoint.ts': `new Response('')`,
      'mail/b.ts': `console.log(1)`,
    })
    expect(checkAnswers(files)).toEqual([
      'admin/a.ts:1: a raw Response outside core/endpoint.ts',
      'admin/a.ts:2: a raw Response outside core/endpoint.ts',
    ])
    expect(checkConsole(files)).toEqual(['mail/b.ts:1: console.log; use payload.logger'])
  })

  it('a function with more than two positional parameters, unless another party calls it so', () => {
    const files = sample({
      'core/a.tsx': `
        const named = (a, b, c) => a
        function declared(a, b, c = 1, ...rest) {}
        class Own { method(a, b, c) {} }
        type Called = (a, b, c) => void
        type Caller = { call(a, b, c): void }
        const kept = useCallback((a, b, c) => a, [])
        const tools = () => ({ tool: (a, b, c) => a, other(a, b, c) {} })`,
      'core/b.tsx': `
        const two = (a, b) => a
        function rest(this: Own, a, ...more) {}
        text.replace(/(.)(.)/g, (whole, a, b) => a)
        new Proxy(own, { set: (target, key, value) => true })
        const hook: Called = (a, b, c) => a
        const caller: Caller = { call(a, b, c) {} }
        const make = (): Caller => ({ call: (a, b, c) => a })
        const table = { call: (a, b, c) => a } satisfies Caller
        class Stream extends Writable { override write(a, b, c) {} }
        const shown = <Shown onCall={(a, b, c) => a} />`,
    })
    const wrong = 'takes 3 positional parameters, at most 2; make them one object'
    expect(checkParameters(files)).toEqual([
      `core/a.tsx:2: named ${wrong}`,
      `core/a.tsx:3: declared ${wrong.replace('3', '4')}`,
      `core/a.tsx:4: method ${wrong}`,
      `core/a.tsx:5: Called ${wrong}`,
      `core/a.tsx:6: call ${wrong}`,
      `core/a.tsx:7: kept ${wrong}`,
      `core/a.tsx:8: tool ${wrong}`,
      `core/a.tsx:8: other ${wrong}`,
    ])
  })

  it('an option without a word or a default', () => {
    const files = sample({
      'mail/options.ts': `export type MailOptions = {
        /** How many. @default 2 */
        good?: number
        /** Without it nothing works. */
        needed: string
        /** Says no default. */
        vague?: number
        group?: { bare?: boolean
          /** @default 1 */
          silent?: number }
      }`,
    })
    const roof = sample({
      'options.ts': `export type HelpdeskOptions = MailOptions & { worker?: WorkerOptions
        /** Receiving. */
        mail?: MailOptions }`,
    })
    expect(checkOptions(roof)).toEqual(['options.ts:1: HelpdeskOptions.worker says nothing of what it does'])
    expect(checkOptions(files)).toEqual([
      'mail/options.ts:7: MailOptions.vague is optional and names no @default',
      'mail/options.ts:8: MailOptions.group.bare says nothing of what it does',
      'mail/options.ts:8: MailOptions.group.bare is optional and names no @default',
      'mail/options.ts:10: MailOptions.group.silent says nothing of what it does',
    ])
  })
})
