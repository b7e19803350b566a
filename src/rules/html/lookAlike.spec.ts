import { expect, it } from 'vitest'
import { defuseLookAlikes } from './lookAlike.js'
import { sanitizeHtml } from './sanitize.js'

const clean = (html: string): string => defuseLookAlikes(sanitizeHtml(html).html)

it('writes look-alikes of handlers so that no later filter mistakes them', () => {
  expect(clean('<p>set onload = 1, javascript: is a scheme</p>')).toBe(
    '<p>set onload &#61; 1, javascript&#58; is a scheme</p>',
  )
  expect(clean('<img alt="`><img src=x onerror=alert(1)>">')).toBe('<img />')
})
