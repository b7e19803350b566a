import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { inspection } from '../src/bin/inspect.js'
import { parseMail } from '../src/mail/inbound/parse.js'

const folder = (name: string): string => fileURLToPath(new URL(`mail/${name}/`, import.meta.url))

// A bad mail becomes a pair of files: received/NAME.eml and expected/NAME.json, what `inspect` prints of it.
describe('received mails', () => {
  const names = readdirSync(folder('received')).filter((name) => name.endsWith('.eml'))

  for (const name of names.map((file) => file.replace(/\.eml$/, ''))) {
    it(name, async () => {
      const mail = await parseMail(readFileSync(`${folder('received')}${name}.eml`))
      const { file, ...told } = inspection(`${name}.eml`, mail)
      expect(file).toBe(`${name}.eml`)
      const { bounce, replyHtml, quotedHtml } = mail
      await expect(
        `${JSON.stringify({ ...told, bounce, replyHtml, quotedHtml }, null, 2)}\n`,
      ).toMatchFileSnapshot(`${folder('expected')}${name}.json`)
    })
  }

  it('has an expectation for each mail and no other', () => {
    const expected = readdirSync(folder('expected')).map((name) => name.replace(/\.json$/, ''))
    expect(expected.sort()).toEqual(names.map((name) => name.replace(/\.eml$/, '')).sort())
  })
})
