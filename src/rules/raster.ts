/**
 * Pictures without script, which a browser may show in place, in a mail and on their own. Everything else is only ever
 * a download. Old mail programs write `jpg`, `pjpeg` and `x-png`.
 */
const raster = /^image\/(?:(?:x-)?png|jpe?g|pjpeg|gif|webp|avif|bmp)$/

/** A media type without its parameters, as it is compared. */
export const bareType = (contentType: string): string => contentType.split(';')[0]!.trim().toLowerCase()

/** Whether a file of this media type may be shown in place. */
export const isRaster = (contentType: string): boolean => raster.test(bareType(contentType))
