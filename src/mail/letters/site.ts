import type { Payload } from 'payload'
import { getHelpdesk } from '../../core/config.js'
import type { Letters } from '../../translations/letters/index.js'

type SiteTranslations = Record<string, { helpdesk?: { letter?: Partial<Letters> } } | undefined>

/** The words of letters that stand in the site's own translations, by language. */
export const siteLetters = (payload: Payload): Record<string, Partial<Letters> | undefined> =>
  Object.fromEntries(
    Object.entries((payload.config.i18n.translations ?? {}) as SiteTranslations).map(([language, words]) => [
      language,
      words?.helpdesk?.letter,
    ]),
  )

/** What `{site_name}` says. */
export const siteName = (payload: Payload): string => {
  const given = getHelpdesk(payload).mail.letters.siteName
  if (given || !payload.config.serverURL) return given
  return new URL(payload.config.serverURL).host
}
