import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'

type Module = typeof import('./inTurn.js')

let { inTurn, isAllAnswered } = {} as Module
const page = new EventTarget()
beforeAll(async () => {
  Object.assign(globalThis, { window: page })
  const module = await import('./inTurn.js')
  inTurn = module.inTurn
  isAllAnswered = module.isAllAnswered
})

/** Requests that are answered when the test says so. */
const line = () => {
  const sent: string[] = []
  const answers = new Map<string, { resolve: (value: string) => void; reject: (error: Error) => void }>()
  const send = (name: string) => (isLeaving: boolean) => {
    sent.push(isLeaving ? `${name}, leaving` : name)
    return new Promise<string>((resolve, reject) => answers.set(name, { resolve, reject }))
  }
  return { sent, send, answers }
}

describe('what is done to one ticket', () => {
  it('is sent one after the other, also after one that failed; another ticket waits for nothing', async () => {
    const { sent, send, answers } = line()
    const closed = inTurn(1, send('close'))
    const opened = inTurn(1, send('open'))
    const assigned = inTurn(1, send('assign'))
    const other = inTurn(2, send('other'))
    await wait(1)
    expect(sent).toEqual(['close', 'other'])
    answers.get('close')!.reject(new Error('refused'))
    await expect(closed).rejects.toThrow('refused')
    await wait(1)
    expect(sent).toEqual(['close', 'other', 'open'])
    answers.get('open')!.resolve('open')
    expect(await opened).toBe('open')
    expect(isAllAnswered(1)).toBe(false)
    await wait(1)
    answers.get('assign')!.resolve('assigned')
    expect(await assigned).toBe('assigned')
    expect(isAllAnswered(1)).toBe(true)
    answers.get('other')!.resolve('')
    await other
  })

  it('leaves with the page, where an answer is still to come', async () => {
    const { sent, send, answers } = line()
    const acts = [inTurn(3, send('first')), inTurn(3, send('second')), inTurn(3, send('third'))]
    await wait(1)
    page.dispatchEvent(new Event('pagehide'))
    await wait(1)
    expect(sent).toEqual(['first', 'second, leaving', 'third, leaving'])
    for (const { resolve } of answers.values()) resolve('')
    await Promise.all(acts)
  })
})
