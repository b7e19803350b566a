import { describe, expect, it } from 'vitest'
import {
  frameDocument,
  framePolicy,
  frameSandbox,
  luminance,
  paintsBackground,
  withoutOwnImages,
} from './frameDocument.js'

const files = 'https://desk.acme.test/api/helpdesk/attachments/'

const page = (images = false) =>
  frameDocument({ html: '<p>Hello</p>', images, files, colors: null, isDark: false })

describe('the frame of a mail', () => {
  it('D01 never runs a script', () => {
    expect(frameSandbox).not.toContain('allow-scripts')
    expect(framePolicy(true, files)).not.toMatch(/script-src/)
    expect(page()).toMatch(
      /<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none';/,
    )
  })

  it('D04 sends no form and turns no link', () => {
    expect(framePolicy(false, files)).toContain("form-action 'none'")
    expect(frameSandbox).not.toMatch(/allow-(forms|top-navigation|modals)/)
  })

  it('D06 loads images from elsewhere only when an agent allowed it', () => {
    expect(framePolicy(false, files)).toBe(
      "default-src 'none'; img-src https://desk.acme.test/api/helpdesk/attachments/ data:; style-src 'unsafe-inline'; form-action 'none'",
    )
    expect(page()).not.toContain('https:;')
    expect(page(true)).toContain(`img-src ${files} data: http: https:;`)
    expect(framePolicy(false, 'http://[::1]:3000/api/helpdesk/attachments/')).toContain(
      "img-src 'self' data:;",
    )
  })

  it('D06 asks the site itself for nothing but its attachments', () => {
    const image = (src: string) => `<img alt="x" src="${src}" data-remote="1" referrerpolicy="no-referrer" />`
    const bare = '<img alt="x" data-remote="1" referrerpolicy="no-referrer" />'
    for (const own of [
      'https://desk.acme.test/api/users/logout',
      'http://desk.acme.test:3000/admin',
      'https://a@desk.acme.test/?a=1&amp;b=2',
      'https://',
    ])
      expect([own, withoutOwnImages(image(own), files)]).toEqual([own, bare])
    const others = `${image('https://acme.test/logo.png')}<p>a</p>${image('https://desk.acme.test.evil.test/x')}`
    expect(withoutOwnImages(others, files)).toBe(others)
    const attachment = '<img src="/api/helpdesk/attachments/5" />'
    expect(withoutOwnImages(attachment, files)).toBe(attachment)
    expect(page()).toContain('<p>Hello</p>')
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
