import { describe, expect, it } from 'vitest'
import { mailBackoff, mailboxBackoff } from './backoff.js'

describe('backoff', () => {
  it('doubles from half a minute to an hour', () => {
    const waits = Array.from({ length: 10 }, (_, i) => mailBackoff(i + 1, 0.5) / 1000)
    expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600])
  })

  it('is a fifth shorter or longer by chance', () => {
    expect([mailBackoff(1, 0), mailBackoff(1, 1)]).toEqual([24_000, 36_000])
  })

  it('leaves a mailbox alone for longer after a refused sign-in', () => {
    expect(mailboxBackoff({ code: 'auth', failures: 1, chance: 0.5 })).toBe(300_000)
    expect(mailboxBackoff({ code: 'connect', failures: 1, chance: 0.5 })).toBe(20_000)
    expect(mailboxBackoff({ code: 'connect', failures: 1000, chance: 0.5 })).toBe(900_000)
  })
})
