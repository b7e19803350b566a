import { describe, expect, it } from 'vitest'
import { isRaster } from './raster.js'

describe('D09 what is shown in place', () => {
  it('is a picture without script, however its type is written', () => {
    for (const type of ['image/png', 'IMAGE/JPEG', 'image/gif; name="a.gif"', ' image/webp ', 'image/avif'])
      expect(isRaster(type)).toBe(true)
    // The names that old programs give JPEG and PNG.
    for (const type of ['image/jpg', 'image/pjpeg', 'image/x-png']) expect(isRaster(type)).toBe(true)
    for (const type of ['image/svg+xml', 'text/html', 'image/png+xml', 'application/pdf', 'image/', ''])
      expect(isRaster(type)).toBe(false)
  })
})
