import { type Lookups, pointedIds } from './lookups.js'
import type { ParsedMail } from './parsedMail.js'

type BouncedMail = { lookups: Lookups; mail: ParsedMail }

/** The Message-ID of the mail of ours that a report is about, as it was written; undefined where there is none. */
export const bouncedId = ({ lookups, mail }: BouncedMail): string | undefined =>
  [mail.bounce.originalMessageId ?? '', mail.complaint?.originalMessageId ?? '', ...pointedIds(mail)].find(
    (id) => id && lookups.isOurMessageId(id),
  )

/**
 * Whether a mail is dealt with as a bounce. Free words are believed only where they are about a mail of ours: anybody
 * else's may be a person's, and would be seen by nobody.
 */
export const isBounce = (bounced: BouncedMail): boolean => {
  const { is, isFreeForm } = bounced.mail.bounce
  return is && (!isFreeForm || bouncedId(bounced) !== undefined)
}
