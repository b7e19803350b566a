const signals = ['SIGTERM', 'SIGINT'] as const

/**
 * Has `finish` done before anybody else in this process hears that it is to end: Next ends it as soon as its own
 * requests are answered, whatever else is under way. A second signal is not waited with. Returns what gives the
 * signals back.
 */
export const finishBeforeEnd = (finish: () => Promise<void>): (() => void) => {
  const others = new Map(signals.map((signal) => [signal, process.rawListeners(signal)]))
  let isFinishing = false
  let isGivenBack = false

  const giveBack = (): void => {
    if (isGivenBack) return
    isGivenBack = true
    for (const signal of signals) {
      process.off(signal, onSignal)
      for (const listener of others.get(signal)!) process.on(signal, listener as NodeJS.SignalsListener)
    }
  }

  const passOn = (signal: NodeJS.Signals): void => {
    if (isGivenBack) return
    giveBack()
    for (const listener of others.get(signal as (typeof signals)[number])!) listener.call(process, signal)
    // Listening took the signal's own effect away: where nobody else ends the process, it ends now.
    if (!process.listenerCount(signal)) process.kill(process.pid, signal)
  }

  const onSignal = (signal: NodeJS.Signals): void => {
    if (isFinishing) {
      passOn(signal)
    } else {
      isFinishing = true
      void finish().finally(() => passOn(signal))
    }
  }

  for (const signal of signals) {
    process.removeAllListeners(signal)
    process.on(signal, onSignal)
  }
  return giveBack
}
