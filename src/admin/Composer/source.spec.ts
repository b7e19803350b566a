import { describe, expect, it } from 'vitest'
import { isBlank, isSameSource, sourceOf, textOf } from './source.js'

describe("the editor's document", () => {
  it('keeps the lines of plain text', () => {
    expect(textOf(sourceOf('Hello\n\nAda'))).toBe('Hello\n\nAda')
    expect(sourceOf('')).toBeUndefined()
  })

  it('knows when nothing was written', () => {
    expect(isBlank(undefined)).toBe(true)
    expect(isBlank({ root: { type: 'root', children: [{ type: 'paragraph', children: [] }] } })).toBe(true)
    expect(isBlank(sourceOf(' \n '))).toBe(true)
    expect(isBlank(sourceOf('a'))).toBe(false)
  })

  it('reads lists, links and line breaks', () => {
    const text = (value: string) => ({ type: 'text', text: value })
    const root = {
      type: 'root',
      children: [
        {
          type: 'list',
          children: [
            { type: 'listitem', children: [text('one')] },
            { type: 'listitem', children: [text('two')] },
          ],
        },
        {
          type: 'paragraph',
          children: [
            text('see '),
            { type: 'link', children: [text('here')] },
            { type: 'linebreak' },
            text('x'),
          ],
        },
      ],
    }
    expect(textOf({ root })).toBe('one\ntwo\nsee here\nx')
  })

  it('compares without regard to the order of keys', () => {
    expect(isSameSource({ a: [1, { b: 2, c: 3 }] }, { a: [1, { c: 3, b: 2 }] })).toBe(true)
    expect(isSameSource({ a: 1 }, { a: 1, b: undefined })).toBe(true)
    expect(isSameSource({ a: [1] }, { a: [2] })).toBe(false)
    expect(isSameSource(null, {})).toBe(false)
  })
})
