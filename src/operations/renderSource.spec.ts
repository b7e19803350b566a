import { describe, expect, it } from 'vitest'
import { renderWritten } from './renderSource.js'

const text = (words: string) => ({
  type: 'text',
  text: words,
  version: 1,
  format: 0,
  detail: 0,
  mode: 'normal',
  style: '',
})
const link = (url: string, words: string) => ({
  type: 'link',
  version: 3,
  fields: { linkType: 'custom', url, newTab: false },
  children: [text(words)],
})
const written = (...children: object[]) => ({
  source: { root: { type: 'root', version: 1, children: [{ type: 'paragraph', version: 1, children }] } },
})

describe('what an agent wrote', () => {
  it('D08 carries no link to a script, however it was pasted', () => {
    const {
      html,
      text: words,
      source,
    } = renderWritten(
      written(
        link(' javascript:alert(1)', 'press'),
        text(' or '),
        link('https://acme.example/"onmouseover="x', 'this'),
      ),
    )
    expect(html).toContain('press or <a href="https://acme.example/%22onmouseover=%22x"')
    expect(html).not.toContain('javascript')
    expect(words).toBe('press or this')
    expect(JSON.stringify(source)).not.toContain('javascript')
  })
})
