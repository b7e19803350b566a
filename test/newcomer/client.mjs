// An agent's browser, as far as the site's API sees it.

/** Calls the site's API as whoever it was that signed in by it first. */
export const makeClient = (url) => {
  let token
  const headers = () => (token ? { authorization: `JWT ${token}` } : {})
  const ask = async (method, path, body) => {
    const response = await fetch(`${url}/api${path}`, {
      method,
      headers: { ...headers(), ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    })
    return { status: response.status, text: await response.text() }
  }
  const call = async (method, path, body) => {
    const { status, text } = await ask(method, path, body)
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text.slice(0, 2000)}`)
    const answer = JSON.parse(text)
    token ??= answer.token
    return answer
  }
  return { url, ask, call, headers }
}

/** Holds the stream of live updates open, as an open inbox does. */
export const watchLive = async ({ url, headers }) => {
  const abort = new AbortController()
  const response = await fetch(`${url}/api/helpdesk/live`, { headers: headers(), signal: abort.signal })
  if (!response.ok) throw new Error(`The live updates answered ${response.status}: ${await response.text()}`)
  const events = []
  let next = 0
  let look = () => {}
  const reading = (async () => {
    let rest = ''
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + chunk).split('\n\n')
      rest = parts.pop()
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1]
        if (data) events.push(JSON.parse(data))
      }
      look()
    }
  })().catch(() => undefined)
  return {
    /** The first event that fits, of those after the last one that was waited for. */
    waitFor: (what, fits, seconds = 60) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () =>
            reject(new Error(`${what} did not come in ${seconds} s; there came ${JSON.stringify(events)}`)),
          seconds * 1000,
        )
        look = () => {
          const at = events.findIndex((event, index) => index >= next && fits(event))
          if (at < 0) return
          next = at + 1
          clearTimeout(timer)
          look = () => {}
          resolve(fits(events[at]))
        }
        look()
      }),
    close: async () => {
      abort.abort()
      await reading
    },
  }
}
