import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { exampleLanguages, examples, languageNames } from './examples.js'

const file = '.github/WEBHOOK.md'
const url = 'https://example.com/api/helpdesk/webhook/1'

const markers = { curl: 'sh', node: 'js', php: 'php', python: 'python' }

const page = (): string =>
  [
    '# A signed call of the webhook',
    '',
    'The same code, with the address of your mailbox in it, stands in the mailbox\u2019s form.',
    ...exampleLanguages.flatMap((language) => [
      '',
      `## ${languageNames[language]}`,
      '',
      `\`\`\`${markers[language]}`,
      examples[language](url).trimEnd(),
      '```',
    ]),
    '',
  ].join('\n')

it('the examples of the mailbox\u2019s form are those of the documentation', () => {
  if (process.env['UPDATE_GOLDEN']) writeFileSync(file, page())
  expect(readFileSync(file, 'utf8')).toBe(page())
})
