import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesOf, mixed, part, withParts } from './mailParts.js'
import { createRig, mailOf, type Rig } from './mailRig.js'

// Files that are built to harm whoever unpacks or opens them.

let rig: Rig
beforeAll(async () => {
  rig = await createRig()
  // The parser has begun before anything is timed.
  await rig.arrive(mailOf({ Subject: 'First' }))
})
afterAll(() => rig.close())

describe('G05 bombs in files', () => {
  /** A PNG that says it is 50,000 pixels wide and high. */
  const hugePng = (): Buffer => {
    const ihdr = Buffer.alloc(25)
    ihdr.writeUInt32BE(13, 0)
    ihdr.write('IHDR', 4, 'latin1')
    ihdr.writeUInt32BE(50_000, 8)
    ihdr.writeUInt32BE(50_000, 12)
    ihdr.set([8, 6, 0, 0, 0], 16)
    return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ihdr])
  }
  /** A whole GIF of ten frames on a canvas of 4,000 by 4,000 pixels. Payload's image library would write it anew. */
  const frames = (): Buffer => {
    const header = Buffer.from('474946383961a00fa00f800000000000ffffff', 'hex')
    const frame = Buffer.from('21f9040005000000' + '2c000000000100010000' + '0202440100', 'hex')
    return Buffer.concat([header, ...Array.from({ length: 10 }, () => frame), Buffer.from(';')])
  }
  const laughs = `<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "haha">${'bcdefghij'
    .split('')
    .map((name, i) => `<!ENTITY ${name} "${`&${'abcdefghi'[i]};`.repeat(10)}">`)
    .join('')}]><svg xmlns="http://www.w3.org/2000/svg"><text>&j;</text></svg>`
  const file = (name: string, type: string, data: Buffer | string): string =>
    part(
      `Content-Type: ${type}; name="${name}"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="${name}"`,
      Buffer.from(data).toString('base64').replace(/.{76}/g, '$&\n'),
    )

  it('are files that nobody unpacks: kept, at once, in a process that stays small', async () => {
    const raw = mailOf(
      withParts,
      mixed(
        part('Content-Type: text/plain', 'See the files.'),
        file('huge.png', 'image/png', hugePng()),
        file('laughs.svg', 'image/svg+xml', laughs),
        file('zip.zip', 'application/zip', `PK\u0003\u0004${'\0'.repeat(42_000)}`),
        file('frames.gif', 'image/gif', frames()),
        file('broken.gif', 'image/gif', `GIF89a\xff\xff\xff\xff${'!\xf9'.repeat(40_000)}`),
        file('a.pdf', 'application/pdf', `%PDF-1.7\n${'1 0 obj<</Kids[1 0 R]>>endobj\n'.repeat(2000)}`),
      ),
    )
    const before = process.memoryUsage.rss()
    const started = performance.now()
    const [entry] = await rig.take([raw])
    expect(performance.now() - started).toBeLessThan(3000)
    expect(process.memoryUsage.rss() - before).toBeLessThan(200_000_000)
    expect(entry).toMatchObject({ verdict: 'opened', state: 'done', error: '' })
    const files = await filesOf(rig, entry!.message)
    expect(files.map(({ name }) => name).sort()).toEqual([
      'a.pdf',
      'broken.gif',
      'frames.gif',
      'huge.png',
      'laughs.svg',
      'zip.zip',
    ])
    expect(files.find(({ name }) => name === 'frames.gif')!.state).toBe('linked')
    // Byte for byte: no library has read them in and written them anew. What Payload takes for no picture comes from
    // the source of the mail.
    for (const { id, name, sha256 } of files) {
      const { status, response } = await rig.site.rest('GET', `/helpdesk/attachments/${id}`, {
        user: rig.site.users.agent,
      })
      const given = createHash('sha256').update(Buffer.from(await response.arrayBuffer()))
      expect([name, status, given.digest('hex')]).toEqual([name, 200, sha256])
    }
  })
})

describe('D09 D10 D14 files that would run', () => {
  const script = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
  const files: [name: string, type: string][] = [
    ['a.svg', 'image/svg+xml'],
    ['a.svgz', 'IMAGE/SVG+XML'],
    ['a.html', 'text/html'],
    ['a.xhtml', 'application/xhtml+xml'],
    ['a.xml', 'text/xml'],
    ['a.pdf', 'application/pdf'],
    ['a.eml', 'message/rfc822'],
    ['b.png', 'text/html'],
    ['c.jpg', 'image/svg+xml'],
  ]

  it('come by mail, are kept byte for byte, and are downloads to whoever opens them', async () => {
    const parts = files.map(([name, type]) =>
      part(
        `Content-Type: ${type}; name="${name}"\nContent-Disposition: attachment; filename="${name}"`,
        script,
      ),
    )
    const entry = await rig.arrive(
      mailOf(
        { Subject: 'Look at these', ...withParts },
        mixed(part('Content-Type: text/plain', 'See below.'), ...parts),
      ),
    )
    expect(entry.verdict).toBe('opened')
    const kept = await filesOf(rig, entry.message)
    expect(kept.map(({ name }) => name).sort()).toEqual(files.map(([name]) => name).sort())
    const rows = await rig.sql<{ id: number; filename: string | null }>(
      `select id, filename from ${rig.table('attachments')} where message_id = $1`,
      [entry.message],
    )
    for (const { id, filename } of rows) {
      const paths = [
        `/helpdesk/attachments/${id}`,
        ...(filename ? [`/helpdesk-attachments/file/${filename}`] : []),
      ]
      for (const path of paths) {
        const { status, headers } = await rig.site.rest('GET', path, { user: rig.site.users.manager })
        expect([path, status]).toEqual([path, 200])
        expect([path, headers.get('content-type')]).toEqual([path, 'application/octet-stream'])
        expect(headers.get('content-disposition')).toMatch(/^attachment/)
        expect(headers.get('x-content-type-options')).toBe('nosniff')
        expect(headers.get('content-security-policy')).toContain('sandbox')
      }
    }
  })
})
