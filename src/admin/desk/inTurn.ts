import type { DocID } from '../../collections/types.js'

/** The newest act on each ticket that is under way. */
const newest = new Map<DocID, Promise<unknown>>()

/** Let go what still waits: the page is being left. */
const leaving = new Set<() => void>()
if (typeof window !== 'undefined')
  window.addEventListener('pagehide', () => {
    for (const letGo of leaving) letGo()
  })

/**
 * Sends what is done to one ticket in the order in which it was done, one after the other: on a slow line a later request
 * could overtake an earlier one. `send` is told whether the page is being left: then nothing waits any more.
 */
export const inTurn = async <T>(ticket: DocID, send: (isLeaving: boolean) => Promise<T>): Promise<T> => {
  const before = newest.get(ticket)
  const run = async (): Promise<T> => {
    if (!before) return send(false)
    let letGo = () => {}
    const left = new Promise<true>((resolve) => {
      letGo = () => resolve(true)
    })
    leaving.add(letGo)
    const isLeaving = await Promise.race([
      before.then(
        () => false,
        () => false,
      ),
      left,
    ])
    leaving.delete(letGo)
    return send(isLeaving)
  }
  const mine = run()
  newest.set(ticket, mine)
  try {
    return await mine
  } finally {
    if (newest.get(ticket) === mine) newest.delete(ticket)
  }
}

/** Whether all that was done to the ticket has been answered. */
export const isAllAnswered = (ticket: DocID): boolean => !newest.has(ticket)
