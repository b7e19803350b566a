import type { CollectionBeforeOperationHook, Payload, RequestContext } from 'payload'

const key = 'helpdeskFile'

/** What went wrong when a file was stored, where Payload itself only says that something did. */
export type FileFault = { error?: unknown }

/** Hears what goes wrong with the file that is created with this context. */
export const hearFault = (context: RequestContext, fault: FileFault): void => {
  context[key] = fault
}

/** Payload as it takes a file without an image library: it then only reads how large a picture says it is. */
const withoutImages = (payload: Payload, fault: FileFault | undefined): Payload => {
  const error = (...said: unknown[]): void => {
    if (fault && said[0] instanceof Error) fault.error = said[0]
    else payload.logger.error(...(said as [string]))
  }
  return Object.create(payload, {
    config: { value: { ...payload.config, sharp: undefined } },
    logger: { value: Object.create(payload.logger, { error: { value: error } }) },
  })
}

/**
 * A stranger's picture is neither decoded nor written anew: a small file may unfold into gigabytes, a damaged one would
 * be refused, and what is stored is to be what was sent, byte for byte.
 */
export const unopened: CollectionBeforeOperationHook = ({ operation, req }) => {
  if (operation === 'create')
    req.payload = withoutImages(req.payload, req.context[key] as FileFault | undefined)
}
