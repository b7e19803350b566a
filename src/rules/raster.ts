/** Pictures without script, which a browser may show in place. Everything else is only ever a download. */
const raster = /^image\/(?:png|jpeg|gif|webp|avif|bmp)$/

/** A media type without its parameters, as it is compared. */
export const bareType = (contentType: string): string => contentType.split(';')[0]!.trim().toLowerCase()

/** Whether a file of this media type may be shown in place. */
export const isRaster = (contentType: string): boolean => raster.test(bareType(contentType))
