'use client'
import { useTranslation } from '@payloadcms/ui'
import { fullMoment, shortAge, shortMoment } from '../desk/time.js'
import { useNow, useZone } from '../desk/useNow.js'

/** A moment in time; the exact one on hover. */
export const Moment = ({ at, as = 'moment' }: { at: string; as?: 'moment' | 'age' }) => {
  const { language } = useTranslation().i18n
  const now = useNow()
  const zone = useZone()
  const words = as === 'age' ? shortAge(at, { now, language }) : shortMoment(at, { now, language, zone })
  return (
    <time
      className="hd-time"
      dateTime={at}
      title={fullMoment(at, { language, zone })}
      suppressHydrationWarning
    >
      {words}
    </time>
  )
}
