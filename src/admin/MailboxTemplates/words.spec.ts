import { expect, it } from 'vitest'
import type { MailboxTemplates } from '../../rules/notifications.js'
import { ownLanguages, withEvent, withWords, wordsIn } from './words.js'

const shipped = { subject: 'Re: {ticket_title}', body: 'Hello' }
const place = { event: 'ticketClosed', language: 'en', shipped } as const

it('only what differs from the shipped words is kept, and nothing where nothing differs', () => {
  const written = withWords({ ...place, templates: {}, subject: 'Done', body: 'Hello' })
  expect(written).toEqual({ ticketClosed: { words: { en: { subject: 'Done' } } } })
  expect(wordsIn({ ...place, templates: written! })).toEqual({ subject: 'Done', body: 'Hello' })
  expect(ownLanguages(written!, 'ticketClosed')).toEqual(['en'])
  expect(withWords({ ...place, templates: written!, subject: shipped.subject })).toBeNull()
  expect(withWords({ ...place, templates: written!, subject: '' })).toBeNull()
})

it('what is said of other mails, languages and the switch stays', () => {
  const templates: MailboxTemplates = {
    ticketClosed: { on: false, words: { de: { body: 'Hallo' }, en: { body: 'Hi' } } },
    ticketResolved: { on: true },
  }
  expect(withWords({ ...place, templates, body: 'Hello' })).toEqual({
    ticketClosed: { on: false, words: { de: { body: 'Hallo' } } },
    ticketResolved: { on: true },
  })
  expect(withEvent({ templates, event: 'ticketResolved', change: { on: undefined } })).toEqual({
    ticketClosed: templates.ticketClosed,
  })
  expect(withEvent({ templates, event: 'ticketClosed', change: { on: true } })!.ticketClosed).toEqual({
    on: true,
    words: templates.ticketClosed!.words,
  })
})

it('in a language that has no shipped words, whatever is written is kept', () => {
  const dutch = { event: 'ticketClosed', language: 'nl', shipped: undefined } as const
  const written = withWords({ ...dutch, templates: {}, subject: 'Klaar' })
  expect(written).toEqual({ ticketClosed: { words: { nl: { subject: 'Klaar' } } } })
  expect(wordsIn({ ...dutch, templates: written! })).toEqual({ subject: 'Klaar', body: '' })
})
