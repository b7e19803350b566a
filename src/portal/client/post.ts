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

export type Posted = {
  /** Of HTTP; 0 where the site cannot be reached. */
  status: number
  answer: Answer
  /** Whether the answer was a JSON object, as all of the portal's own are. */
  isOurs: boolean
}

const nothing = { answer: {}, isOurs: false }

const parse = (text: string): Omit<Posted, 'status'> => {
  try {
    const answer: unknown = JSON.parse(text)
    const isObject = typeof answer === 'object' && answer !== null && !Array.isArray(answer)
    return isObject ? { answer: answer as Answer, isOurs: true } : nothing
  } catch {
    return nothing
  }
}

/** Posts to the portal. */
export const post = ({ url, body, onProgress }: PostArgs): Promise<Posted> =>
  new Promise((resolve) => {
    // fetch cannot tell how much of a body has left.
    const request = new XMLHttpRequest()
    request.open('POST', url)
    request.setRequestHeader('Accept', 'application/json')
    if (typeof body === 'string') request.setRequestHeader('Content-Type', 'application/json')
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(total ? loaded / total : 0)
    request.onerror = () => resolve({ status: 0, ...nothing })
    request.onload = () => resolve({ status: request.status, ...parse(request.responseText) })
    request.send(body)
  })
