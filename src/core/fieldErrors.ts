import type { AfterErrorHook } from 'payload'

/**
 * Puts what is wrong with which field back into an answer that has lost it. Payload names the fields of a
 * `ValidationError` that it knows by `instanceof`; a bundler gives the site's pages, routes and instrumentation their own
 * copies of Payload, of which the first that is asked makes the one instance that serves them all. So the error is known
 * here by its shape.
 */
export const tellFields: AfterErrorHook = ({ error, result }) => {
  const { data } = error as { data?: { errors?: unknown } }
  const [told, ...more] = result?.errors ?? []
  // An error that is nobody's business is told in other words.
  const isTold = told && !more.length && told.message === error.message
  if (!isTold || told.data || !Array.isArray(data?.errors)) return
  return {
    response: { ...result, errors: [{ name: 'ValidationError', data: { ...data }, message: told.message }] },
  }
}
