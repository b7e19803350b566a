/** What the portal's endpoints answer to a post. */
export type Answer = {
  location?: string
  error?: { key?: string; message?: string; fields?: Record<string, string> }
} & Record<string, unknown>

export type PostArgs = {
  url: string
  body: FormData | string
  /** Of what is sent, from 0 to 1. */
  onProgress?: ((share: number) => void) | undefined
}

const parse = (text: string): Answer => {
  try {
    return JSON.parse(text) as Answer
  } catch {
    return {}
  }
}

/** Posts to the portal. Status 0 where the site cannot be reached. */
export const post = ({ url, body, onProgress }: PostArgs): Promise<{ status: number; answer: Answer }> =>
  new Promise((resolve) => {
    // fetch cannot tell how much of a body has left.
    const request = new XMLHttpRequest()
    request.open('POST', url)
    request.setRequestHeader('Accept', 'application/json')
    if (typeof body === 'string') request.setRequestHeader('Content-Type', 'application/json')
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(total ? loaded / total : 0)
    request.onerror = () => resolve({ status: 0, answer: {} })
    request.onload = () => resolve({ status: request.status, answer: parse(request.responseText) })
    request.send(body)
  })
