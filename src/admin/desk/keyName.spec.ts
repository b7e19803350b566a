import { describe, expect, it } from 'vitest'
import { keyName } from './keyName.js'

const stroke = (key: string, code = '', shiftKey = false) => keyName({ key, code, shiftKey })

describe('the name of a key', () => {
  it('is what was typed', () => {
    expect(stroke('j', 'KeyJ')).toBe('j')
    expect(stroke('J', 'KeyJ', true)).toBe('J')
    expect(stroke('?', 'Slash', true)).toBe('?')
    expect(stroke('Enter', 'Enter')).toBe('Enter')
    expect(stroke('Escape', 'Escape')).toBe('Escape')
    // Dvorak: what the key says counts, not where it lies.
    expect(stroke('j', 'KeyC')).toBe('j')
  })

  it('does not change under Caps Lock', () => {
    expect(stroke('J', 'KeyJ')).toBe('j')
    expect(stroke('j', 'KeyJ', true)).toBe('J')
  })

  it.each([
    ['о', 'KeyJ', 'j'],
    ['О', 'KeyJ', 'j'],
    ['ξ', 'KeyJ', 'j'],
    ['ت', 'KeyJ', 'j'],
    ['لا', 'KeyB', 'b'],
    ['ח', 'KeyJ', 'j'],
    ['ה', 'KeyV', 'v'],
  ])('is the key’s place where the layout has no Latin letters: %s', (key, code, name) => {
    expect(stroke(key, code)).toBe(name)
  })

  it('leaves Latin letters of other languages, and foreign signs off the letters’ keys', () => {
    expect(stroke('ö', 'Semicolon')).toBe('ö')
    expect(stroke('ı', 'KeyI')).toBe('ı')
    expect(stroke('ж', 'Semicolon')).toBe('ж')
  })
})
