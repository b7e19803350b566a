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

/** How far the stream has been heard: the id of its last event, and when that came by this browser's clock. */
type Heard = { id: string; at: number }

type Signal =
  | { event: LiveEvent; heard?: Heard | undefined }
  | { state: LiveState; heard?: Heard | undefined }
  | { ask: true }

const retryAfter = [300, 1_000, 2_000, 5_000, 10_000, 20_000]

/** A line that is back within this time was not lost for anybody who looks. */
const patienceMs = 4_000

/** The server tells what was missed for a little longer than this. */
const longestGapMs = 100 * 60_000

type ConnectArgs = Pick<LiveArgs, 'url' | 'onState'> & {
  heard: { current: Heard | undefined }
  onEvent: (event: LiveEvent) => void
}

/** The connection itself: an event source that comes back, whatever ended it, and asks for what it missed. */
const connect = ({ url, heard, onEvent, onState }: ConnectArgs) => {
  let source: EventSource | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let loss: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  const open = () => {
    const last = heard.current
    const isTooOld = last !== undefined && Date.now() - last.at > longestGapMs
    const after = last && !isTooOld ? `?after=${encodeURIComponent(last.id)}` : ''
    source = new EventSource(url + after, { withCredentials: true })
    source.onopen = () => {
      failures = 0
      clearTimeout(loss)
      loss = undefined
      // Whoever was away for that long reads everything anew.
      if (isTooOld) onState('lost')
      onState('live')
    }
    source.onmessage = (message) => {
      if (message.lastEventId) heard.current = { id: message.lastEventId, at: Date.now() }
      try {
        onEvent(JSON.parse(message.data) as LiveEvent)
      } catch {
        // A line cut by a proxy: the next read of the list has what it said.
      }
    }
    source.onerror = () => {
      // An event source retries by itself after a dropped line, but gives up after a refusal.
      source?.close()
      loss ??= setTimeout(() => onState('lost'), patienceMs)
      retry = setTimeout(open, retryAfter[Math.min(failures++, retryAfter.length - 1)])
    }
  }
  open()
  return () => {
    clearTimeout(retry)
    clearTimeout(loss)
    source?.close()
  }
}

/**
 * Live events for this page. Of all pages of one browser, one holds the connection and tells the others: browsers
 * allow six connections a site on HTTP/1.1, and an agent keeps more tabs than that.
 */
export const openLive = ({ url, user, onEvent, onState }: LiveArgs): Live => {
  const heard: { current: Heard | undefined } = { current: undefined }
  const shares = 'BroadcastChannel' in globalThis && navigator.locks
  if (!shares) return { echo: onEvent, close: connect({ url, heard, onEvent, onState }) }

  const name = `helpdesk-live-${user}`
  const channel = new BroadcastChannel(name)
  const gone = new AbortController()
  let state: LiveState = 'connecting'
  let leads = false
  const tell = (signal: Signal) => {
    if (!gone.signal.aborted) channel.postMessage(signal)
  }

  channel.onmessage = ({ data }: MessageEvent<Signal>) => {
    if ('heard' in data && data.heard) heard.current = data.heard
    if ('ask' in data) {
      if (leads) tell({ state, heard: heard.current })
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
        heard,
        onEvent: (event) => {
          onEvent(event)
          tell({ event, heard: heard.current })
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
