import type { Endpoint, PayloadRequest } from 'payload'
import { isAgent } from '../../collections/access/role.js'
import { ticketScope } from '../../collections/access/scope.js'
import { defineEndpoint, streamResponse } from '../../core/endpoint.js'
import type { LiveEvent } from '../api.js'
import { hubOf } from '../live/hub.js'
import type { Subscriber } from '../live/subscriber.js'

/** Proxies end a connection that is silent for long. */
const heartbeatMs = 15_000

/** A browser that comes back signs in anew; nothing outlives its session for long. */
const maxAgeMs = 60 * 60_000

/** Chunks that wait for a browser that does not read; then it is let go, and reads everything when it comes back. */
const maxWaiting = 500

/** Where a stream that broke off had come to: the browser says the id of the last event it got. */
const lastHeard = (req: PayloadRequest): number | undefined => {
  const id = req.headers.get('last-event-id') ?? req.searchParams?.get('after') ?? ''
  return /^\d{1,15}$/.test(id) ? Number(id) : undefined
}

const eventStream = async (req: PayloadRequest): Promise<ReadableStream<Uint8Array>> => {
  const scope = await ticketScope(req)
  const encoder = new TextEncoder()
  const since = lastHeard(req)
  let end = () => {}
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        let isOpen = true
        const write = (text: string): void => {
          // What was being read for it while it closed.
          if (!isOpen) return
          if ((controller.desiredSize ?? 0) < -maxWaiting) end()
          else controller.enqueue(encoder.encode(text))
        }
        const send = (event: LiveEvent, at?: number) => {
          const id = at === undefined || subscriber.isBehind ? '' : `id: ${at}\n`
          write(`${id}data: ${JSON.stringify(event)}\n\n`)
        }
        const subscriber: Subscriber = {
          req: { payload: req.payload, user: req.user } as PayloadRequest,
          scope,
          session: (req.user as { _sid?: string } | null)?._sid,
          told: new Set(),
          counts: '',
          isBehind: true,
          send,
          close: () => end(),
        }
        const leave = hubOf(req.payload).add(subscriber, since)
        const heartbeat = setInterval(() => write(': still here\n\n'), heartbeatMs)
        const expiry = setTimeout(() => end(), maxAgeMs)
        end = () => {
          if (!isOpen) return
          isOpen = false
          leave()
          clearInterval(heartbeat)
          clearTimeout(expiry)
          req.signal?.removeEventListener('abort', end)
          try {
            controller.close()
          } catch {
            // The browser has closed it already.
          }
        }
        req.signal?.addEventListener('abort', end)
        if (req.signal?.aborted) end()
      },
      cancel: () => end(),
    },
    new CountQueuingStrategy({ highWaterMark: 16 }),
  )
}

export const liveEndpoints: Endpoint[] = [
  defineEndpoint({
    path: '/helpdesk/live',
    method: 'get',
    allow: (req) => isAgent({ req }),
    handler: async ({ req }) =>
      streamResponse({
        body: await eventStream(req),
        headers: {
          'Content-Type': 'text/event-stream; charset=utf-8',
          'Cache-Control': 'no-cache, no-transform',
          Connection: 'keep-alive',
          'X-Accel-Buffering': 'no',
          'X-Content-Type-Options': 'nosniff',
        },
      }),
  }),
]
