import type { LiveEvent } from '../api.js'

export type LiveState = 'connecting' | 'live' | 'lost'

export type Live = {
  /** Sends an event to the listeners of this page only: what this agent did, before the server tells everybody. */
  echo: (event: LiveEvent) => void
  close: () => void
}

type LiveArgs = {
  url: string
  /** One connection per browser and user. */
  user: string
  onEvent: (event: LiveEvent) => void
  onState: (state: LiveState) => void
}

type Signal = { event: LiveEvent } | { state: LiveState } | { ask: true }

const retryAfter = [1_000, 2_000, 5_000, 10_000, 20_000]

/** The connection itself: an event source that comes back, whatever ended it. */
const connect = ({ url, onEvent, onState }: Omit<LiveArgs, 'user'>) => {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  const open = () => {
    source = new EventSource(url, { withCredentials: true })
    source.onopen = () => {
      failures = 0
      onState('live')
    }
    source.onmessage = (message) => {
      try {
        onEvent(JSON.parse(message.data) as LiveEvent)
      } catch {
        // A line cut by a proxy: the next read of the list has what it said.
      }
    }
    source.onerror = () => {
      // An event source retries by itself after a dropped line, but gives up after a refusal.
      source?.close()
      onState('lost')
      timer = setTimeout(open, retryAfter[Math.min(failures++, retryAfter.length - 1)])
    }
  }
  open()
  return () => {
    clearTimeout(timer)
    source?.close()
  }
}

/**
 * Live events for this page. Of all pages of one browser, one holds the connection and tells the others: browsers
 * allow six connections a site on HTTP/1.1, and an agent keeps more tabs than that.
 */
export const openLive = ({ url, user, onEvent, onState }: LiveArgs): Live => {
  const shares = 'BroadcastChannel' in globalThis && navigator.locks
  if (!shares) return { echo: onEvent, close: connect({ url, onEvent, onState }) }

  const name = `helpdesk-live-${user}`
  const channel = new BroadcastChannel(name)
  const gone = new AbortController()
  let state: LiveState = 'connecting'
  let leads = false
  const tell = (signal: Signal) => {
    if (!gone.signal.aborted) channel.postMessage(signal)
  }

  channel.onmessage = ({ data }: MessageEvent<Signal>) => {
    if ('ask' in data) {
      if (leads) tell({ state })
    } else if ('event' in data) onEvent(data.event)
    else onState(data.state)
  }
  tell({ ask: true })

  navigator.locks
    .request(name, { signal: gone.signal }, () => {
      // Granted in the moment the page left.
      if (gone.signal.aborted) return
      leads = true
      const close = connect({
        url,
        onEvent: (event) => {
          onEvent(event)
          tell({ event })
        },
        onState: (next) => {
          state = next
          onState(next)
          tell({ state: next })
        },
      })
      return new Promise<void>((resolve) => {
        gone.signal.addEventListener('abort', () => {
          close()
          resolve()
        })
      })
    })
    .catch(() => undefined)

  return {
    echo: (event) => {
      onEvent(event)
      tell({ event })
    },
    close: () => {
      gone.abort()
      channel.close()
    },
  }
}
