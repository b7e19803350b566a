import { describe, expect, it } from 'vitest'
import { frameDocument, framePolicy, frameSandbox, luminance, paintsBackground } from './frameDocument.js'

const page = (images = false) => frameDocument({ html: '<p>Hello</p>', images, colors: null, isDark: false })

describe('the frame of a mail', () => {
  it('D01 never runs a script', () => {
    expect(frameSandbox).not.toContain('allow-scripts')
    expect(framePolicy(true)).not.toMatch(/script-src/)
    expect(page()).toMatch(
      /<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none';/,
    )
  })

  it('D04 sends no form and turns no link', () => {
    expect(framePolicy(false)).toContain("form-action 'none'")
    expect(frameSandbox).not.toMatch(/allow-(forms|top-navigation|modals)/)
  })

  it('D06 loads images from elsewhere only when an agent allowed it', () => {
    expect(framePolicy(false)).toBe(
      "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; form-action 'none'",
    )
    expect(page()).not.toContain('https:;')
    expect(page(true)).toContain("img-src 'self' data: http: https:;")
  })

  it('shows mails with a background of their own on paper', () => {
    expect(paintsBackground('<td bgcolor="#fff">')).toBe(true)
    expect(paintsBackground('<p style="background-color: #eee">')).toBe(true)
    expect(paintsBackground('<p style="background: transparent; color: red">')).toBe(false)
  })

  it('tells dark text from light', () => {
    expect(luminance('rgb(0, 0, 0)')).toBe(0)
    expect(luminance('rgb(255, 255, 255)')).toBeCloseTo(1)
    expect(luminance('rgba(0, 0, 0, 0)')).toBeNull()
  })
})
