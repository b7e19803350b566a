const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** How long ago, in the fewest letters of the language: `4m`, `2h`, `3d`. */
export const shortAge = (iso: string, { now, language }: { now: number; language: string }): string => {
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
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'narrow' }).format(count)
}

/** A moment as short as it can be told without doubt: the time today, day and time this year, else the date. */
export const shortMoment = (iso: string, { now, language }: { now: number; language: string }): string => {
  const date = new Date(iso)
  const today = new Date(now)
  if (date.toDateString() === today.toDateString()) {
    return new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' }).format(date)
  }
  const isThisYear = date.getFullYear() === today.getFullYear()
  return new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? { hour: '2-digit', minute: '2-digit' } : { year: 'numeric' }),
  }).format(date)
}

/** The exact moment, for the pointer. */
export const fullMoment = (iso: string, language: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'medium' }).format(new Date(iso))

/** A file's size as people say it. */
export const fileSize = (bytes: number, language: string): string => {
  const [value, unit] =
    bytes < 1_000
      ? [bytes, 'byte']
      : bytes < 1_000_000
        ? [bytes / 1_000, 'kilobyte']
        : [bytes / 1_000_000, 'megabyte']
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: unit === 'byte' ? 'narrow' : 'short',
    maximumFractionDigits: value < 10 && unit !== 'byte' ? 1 : 0,
  }).format(value)
}
