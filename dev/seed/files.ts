import { crc32, deflateSync } from 'node:zlib'
import type { File } from './story.js'

type Colour = [red: number, green: number, blue: number]

const chunk = (name: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

/** A PNG whose pixels the function gives, from 0 to 1 in both directions. */
const png = (width: number, height: number, pixel: (x: number, y: number) => Colour): Buffer => {
  const rows = Buffer.alloc((width * 3 + 1) * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      pixel(x / width, y / height).forEach((value, i) => {
        rows[y * (width * 3 + 1) + 1 + x * 3 + i] = Math.max(0, Math.min(255, Math.round(value)))
      })
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const image = (name: string, data: Buffer, cid?: string): File => ({
  name,
  type: 'image/png',
  data,
  ...(cid && { cid }),
})

const shade = ([red, green, blue]: Colour, by: number): Colour => [red * by, green * by, blue * by]

/** The picture of a crate on desert ground, with a crack through its lid. */
export const crackedCrate = (name: string): File =>
  image(
    name,
    png(480, 320, (x, y) => {
      const isCrate = x > 0.2 && x < 0.8 && y > 0.25 && y < 0.82
      if (!isCrate)
        return y < 0.5 ? [206 - 60 * y, 222 - 40 * y, 236] : shade([222, 184, 135], 1.25 - y * 0.5)
      const crack = 0.5 + 0.05 * Math.sin(y * 31) + 0.02 * Math.sin(y * 83)
      if (Math.abs(x - crack) < 0.006 + (y < 0.5 ? 0.004 : 0)) return [38, 24, 12]
      const board = (y * 9) % 1 < 0.05 ? 0.6 : 1
      return shade([164, 112, 62], board * (0.9 + 0.1 * Math.sin(x * 70)))
    }),
  )

/** The red light of a machine that does not start. */
export const redLight = (name: string): File =>
  image(
    name,
    png(360, 240, (x, y) => {
      const distance = Math.hypot((x - 0.5) * 1.5, y - 0.5)
      if (distance < 0.12) return [255, 70 - distance * 200, 50]
      return shade([70, 78, 88], Math.max(0.35, 1.1 - distance))
    }),
  )

/** What a screen shows: a form with a red line below a field. */
export const screenshot = (name: string): File =>
  image(
    name,
    png(520, 300, (x, y) => {
      if (y < 0.12) return [176, 67, 26]
      const isField = x > 0.1 && x < 0.7 && ((y > 0.25 && y < 0.35) || (y > 0.5 && y < 0.6))
      if (isField) return [255, 255, 255]
      if (x > 0.1 && x < 0.45 && y > 0.63 && y < 0.66) return [200, 30, 30]
      if (x > 0.1 && x < 0.3 && y > 0.76 && y < 0.87) return [176, 67, 26]
      return [243, 239, 232]
    }),
  )

/** A letter head as it stands in signatures. */
export const logo = (name: string, cid: string, colour: Colour = [34, 87, 122]): File =>
  image(
    name,
    png(160, 48, (x, y) => {
      const isBar = y > 0.25 && y < 0.75 && x > 0.05 && x < 0.9 && (x * 8) % 1 < 0.55
      return isBar ? colour : [255, 255, 255]
    }),
    cid,
  )

const escaped = (line: string): string => line.replace(/[\\()]/g, '\\$&')

/** A one-page PDF with these lines, the first one large. Latin letters only. */
export const pdf = (name: string, lines: string[]): File => {
  const text = lines
    .map(
      (line, i) => `BT /F1 ${i ? 11 : 20} Tf 64 ${740 - (i ? 24 : 0) - i * 20} Td (${escaped(line)}) Tj ET`,
    )
    .join('\n')
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ]
  let file = '%PDF-1.4\n'
  const places = objects.map((object, i) => {
    const place = file.length
    file += `${i + 1} 0 obj\n${object}\nendobj\n`
    return place
  })
  const start = file.length
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('')
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return { name, type: 'application/pdf', data: Buffer.from(file, 'latin1') }
}

/** A table as CSV. */
export const csv = (name: string, rows: (string | number)[][]): File => ({
  name,
  type: 'text/csv',
  data: Buffer.from(`${rows.map((row) => row.join(';')).join('\r\n')}\r\n`),
})

export const textFile = (name: string, text: string): File => ({
  name,
  type: 'text/plain',
  data: Buffer.from(text),
})
