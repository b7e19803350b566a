import { describe, expect, it } from 'vitest'
import { type Match, matchKinds, type Standing, threadingTable, threadMail } from './threading.js'

const standings: Standing[] = ['participant', 'stranger']
const thread = (matches: Match[], takesPartIn: number[] = []) =>
  threadMail({
    matches,
    standingIn: (ticket) => (takesPartIn.includes(Number(ticket)) ? 'participant' : 'stranger'),
  })

describe('the threading table', () => {
  for (const kind of matchKinds) {
    for (const standing of standings) {
      const expected = threadingTable[kind][standing]
      it(`${kind} of a ${standing}: ${expected}`, () => {
        const found = thread([{ kind, ticket: 1 }], standing === 'participant' ? [1] : [])
        if (expected === 'append') expect(found).toEqual({ outcome: 'append', ticket: 1, reason: kind })
        if (expected === 'hold') expect(found).toEqual({ outcome: 'hold', ticket: 1, reason: 'stranger' })
        if (expected === 'relate')
          expect(found).toEqual({ outcome: 'new', relatedTo: 1, reason: 'possiblyRelated' })
        if (expected === 'ignore')
          expect(found).toEqual({ outcome: 'new', relatedTo: null, reason: 'newTicket' })
      })
    }
  }

  it('nobody but a participant gets in by the weaker marks', () => {
    expect(threadingTable.theirMessageId.stranger).toBe('relate')
    expect(threadingTable.subjectTag.stranger).toBe('ignore')
    for (const kind of matchKinds) expect(threadingTable[kind].stranger).not.toBe('append')
  })

  it('without a match a mail opens a ticket', () => {
    expect(thread([])).toEqual({ outcome: 'new', relatedTo: null, reason: 'newTicket' })
  })

  it('A12 two tickets matched: one wins, always the same', () => {
    const byKey: Match = { kind: 'replyKey', ticket: 1 }
    const byId: Match = { kind: 'ourMessageId', ticket: 2 }
    const expected = { outcome: 'append', ticket: 1, reason: 'replyKey' }
    expect(thread([byKey, byId], [1, 2])).toEqual(expected)
    expect(thread([byId, byKey], [1, 2])).toEqual(expected)
    expect(thread([{ kind: 'ourMessageId', ticket: 3 }, byId], [2, 3])).toMatchObject({ ticket: 3 })
  })

  it('a match that lets nobody in does not stop the next one', () => {
    const found = thread(
      [
        { kind: 'theirMessageId', ticket: 1 },
        { kind: 'quotedKey', ticket: 2 },
      ],
      [2],
    )
    expect(found).toEqual({ outcome: 'append', ticket: 2, reason: 'quotedKey' })
  })
})
