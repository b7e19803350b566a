import { createLocalReq, type Payload } from 'payload'

/** A text of the site's mails, by its key under `letter:`. */
export type SiteWords = (key: 'test' | 'testSubject', values?: Record<string, string | number>) => string

/** The words of mails that no person writes: in the site's own language, whoever's act made them. */
export const siteWords = async (payload: Payload): Promise<SiteWords> => {
  const { t } = await createLocalReq({}, payload)
  return (key, values) => t(`helpdesk:letter:${key}` as never, values)
}
