import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSite, type Site } from '../site.js'

describe('streams of live updates, when the process is to end', () => {
  let site: Site
  const other = () => {}
  beforeAll(async () => {
    // Somebody else who ends the process, as a site's server does.
    process.on('SIGTERM', other)
    site = await createSite()
  })
  afterAll(async () => {
    process.off('SIGTERM', other)
    await site.close()
  })

  const open = async () => {
    const { response } = await site.rest('GET', '/helpdesk/live', { user: site.users.agent })
    const reader = response.body!.getReader()
    await reader.read()
    return reader
  }

  const restOf = async (reader: ReadableStreamDefaultReader): Promise<boolean> => {
    for (;;) if ((await reader.read()).done) return true
  }

  it('end at once, also those that come back, so that the server need not wait for them', async () => {
    const before = process.rawListeners('SIGTERM')
    const streams = [await open(), await open()]
    const [listener, ...more] = process.rawListeners('SIGTERM').filter((one) => !before.includes(one))
    expect(more).toEqual([])
    listener!.call(process, 'SIGTERM')
    expect(await Promise.all(streams.map(restOf))).toEqual([true, true])
    expect(process.rawListeners('SIGTERM')).toEqual(before)
    const { response } = await site.rest('GET', '/helpdesk/live', { user: site.users.agent })
    expect(await restOf(response.body!.getReader())).toBe(true)
  })
})
