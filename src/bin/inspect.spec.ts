import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const command = fileURLToPath(new URL('payload-helpdesk.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'inspect-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

const inspect = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', command, 'inspect', ...args],
    { encoding: 'utf8' },
  )
  const lines = stdout.split('\n').filter(Boolean)
  return { status, stderr, mails: lines.map((line) => JSON.parse(line) as Record<string, unknown>) }
}

describe('payload-helpdesk inspect', () => {
  it('prints one object a mail, with these keys in this order', () => {
    const file = write(
      'a.eml',
      'From: Ann <ann@example.com>\r\nTo: help@acme.test\r\nSubject: Hi\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n' +
        '--b\r\n\r\nThanks!\r\n\r\n> Hello\r\n\r\n-- \r\nAnn\r\n--b\r\nContent-Type: text/csv; name=a.csv\r\n\r\n1,2\r\n--b--\r\n',
    )
    const { status, mails } = inspect(file)
    expect(status).toBe(0)
    expect(mails.map((mail) => Object.keys(mail))).toEqual([
      'file from to cc replyTo subject date messageId inReplyTo references text reply quoted signature html attachments automatic bounce auth errors'.split(
        ' ',
      ),
    ])
    expect(mails[0]).toMatchObject({
      file,
      from: { name: 'Ann', address: 'ann@example.com' },
      to: [{ name: '', address: 'help@acme.test' }],
      subject: 'Hi',
      reply: 'Thanks!',
      signature: '--\nAnn',
      html: null,
      automatic: { is: false, reason: null },
      bounce: { is: false, recipients: [], originalMessageId: null },
    })
    const [attachment] = mails[0]!['attachments'] as Record<string, unknown>[]
    expect(attachment).toEqual({
      filename: 'a.csv',
      contentType: 'text/csv',
      size: 3,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      contentId: null,
      inline: false,
    })
  }, 30_000)

  it('walks folders, tells of what cannot be read, and ends with 0', () => {
    mkdirSync(join(folder, 'set'))
    write('set/1.eml', '')
    write('set/2.eml', Buffer.from([0, 255, 13, 10, 0, 128]))
    write(
      'set/3.eml',
      'From: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart',
    )
    const missing = join(folder, 'nowhere.eml')
    const { status, mails } = inspect(join(folder, 'set'), missing)
    expect(status).toBe(0)
    const files = ['set/1.eml', 'set/2.eml', 'set/3.eml'].map((name) => join(folder, name))
    expect(mails.map(({ file }) => file)).toEqual([...files, missing])
    expect(mails[0]!['errors']).toContain('The mail is empty.')
    expect(mails[3]!['errors']).toEqual([expect.stringContaining('ENOENT')])
  }, 30_000)

  it('takes bare bodies, and says how it is called', () => {
    const text = write(
      'body.txt',
      'Yes.\n\nOn Mon, 2 Nov 2026 at 10:00, Help <help@acme.test> wrote:\n> Is it on?\n',
    )
    const html = write('body.html', '<p onclick="x()">Yes.<script>x()</script></p>')
    expect(inspect('--text', text).mails[0]).toMatchObject({ reply: 'Yes.', html: null })
    expect(inspect('--html', html).mails[0]).toMatchObject({ reply: 'Yes.', html: '<p>Yes.</p>' })
    const wrong = inspect()
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('payload-helpdesk inspect')])
  }, 30_000)
})
