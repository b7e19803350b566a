const writable = 'input, textarea, select, [contenteditable=true], dialog[open] *'

/** Whether somebody is writing, so that the focus must be left to them. What is being left counts no more. */
const isTaken = (left?: Element | null): boolean => {
  const element = document.activeElement
  return Boolean(element?.matches(writable) && element.checkVisibility() && !left?.contains(element))
}

/** Lets keys and screen readers go on in the open thread. */
export const focusThread = (left?: Element | null) => {
  if (!isTaken(left)) document.querySelector<HTMLElement>('.hd-thread')?.focus({ preventScroll: true })
}

/** A line that is scrolled to, or a list that was hidden, is drawn a few frames later. */
const patienceMs = 600

/** Lets keys and screen readers go on in the list, at a ticket's line or, where that has left, at the first one. */
export const focusRow = (ticket: string) => {
  const until = performance.now() + patienceMs
  const look = () => {
    if (isTaken()) return
    const row = document.querySelector<HTMLElement>(`.hd-row[data-ticket="${CSS.escape(ticket)}"]`)
    if (row?.checkVisibility()) row.focus()
    else if (performance.now() < until) requestAnimationFrame(look)
    else document.querySelector<HTMLElement>('.hd-row')?.focus()
  }
  requestAnimationFrame(look)
}
