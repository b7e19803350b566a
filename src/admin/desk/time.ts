const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const formats = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>()
const mostFormats = 500

/** Making a format takes much longer than using it, and a list uses the same few over and over. */
const kept = <T extends Intl.DateTimeFormat | Intl.NumberFormat>(key: unknown[], make: () => T): T => {
  const name = JSON.stringify(key)
  const known = formats.get(name)
  if (known) return known as T
  if (formats.size >= mostFormats) formats.clear()
  const made = make()
  formats.set(name, made)
  return made
}

const dateFormat = (language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  kept(['date', language, options], () => new Intl.DateTimeFormat(language, options))

const numberFormat = (language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat =>
  kept(['number', language, options], () => new Intl.NumberFormat(language, options))

type Clock = {
  now: number
  language: string
  /** An IANA name; the reader's own when left out. */
  zone?: string | undefined
}

/** How long ago, in the fewest letters of the language: `4m`, `2h`, `3d`. */
export const shortAge = (iso: string, { now, language }: Clock): string => {
  const age = Math.max(0, now - Date.parse(iso))
  const [unit, length] =
    age < hour
      ? (['minute', minute] as const)
      : age < day
        ? (['hour', hour] as const)
        : age < 60 * day
          ? (['day', day] as const)
          : (['month', 30 * day] as const)
  const count = Math.max(unit === 'minute' ? 0 : 1, Math.floor(age / length))
  return numberFormat(language, { style: 'unit', unit, unitDisplay: 'narrow' }).format(count)
}

/** A moment as short as it can be told without doubt: the time today, day and time this year, else the date. */
export const shortMoment = (iso: string, { now, language, zone: timeZone }: Clock): string => {
  const date = new Date(iso)
  const tell = (options: Intl.DateTimeFormatOptions, at: Date | number = date) =>
    dateFormat(language, { ...(timeZone && { timeZone }), ...options }).format(at)
  const day: Intl.DateTimeFormatOptions = { dateStyle: 'short' }
  if (tell(day) === tell(day, now)) return tell({ hour: '2-digit', minute: '2-digit' })
  const year: Intl.DateTimeFormatOptions = { year: 'numeric' }
  const isThisYear = tell(year) === tell(year, now)
  return tell({
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? { hour: '2-digit', minute: '2-digit' } : year),
  })
}

/** The exact moment, for the pointer. */
export const fullMoment = (iso: string, { language, zone }: Omit<Clock, 'now'>): string =>
  dateFormat(language, { ...(zone && { timeZone: zone }), dateStyle: 'full', timeStyle: 'medium' }).format(
    new Date(iso),
  )
