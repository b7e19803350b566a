import type { CollectionBeforeChangeHook, Validate } from 'payload'
import { getHelpdesk } from '../../core/config.js'
import { eventNames } from '../../rules/events.js'
import { urlFault } from '../../rules/webhookUrl.js'

/** What can be chosen; notes have a switch of their own. */
export const offerable: readonly string[] = eventNames

const longestUrl = 2000

/** Refuses what must not be called by its spelling; what a name leads to is looked at when something is sent. */
export const validUrl: Validate = (value: unknown, { req }) => {
  const url = typeof value === 'string' ? value.trim() : ''
  const fault =
    url.length > longestUrl
      ? 'badUrl'
      : urlFault({ url, allowed: getHelpdesk(req.payload).events.webhooks.allowPrivateHosts })
  return fault === null || req.t(`helpdesk:outgoing:fault:${fault}` as never)
}

export const validEvents: Validate = (value: unknown, { req }) => {
  const names = Array.isArray(value) ? value : []
  if (!names.length) return req.t('helpdesk:outgoing:noEvents' as never)
  return names.every((name) => offerable.includes(name)) || `One of: ${offerable.join(', ')}`
}

/** Keeps whether mailboxes were named, and forgets why it was switched off where somebody switches it on again. */
export const noteScope: CollectionBeforeChangeHook = ({ data, operation, originalDoc, req }) => {
  if (typeof data['url'] === 'string') data['url'] = data['url'].trim()
  const count = (doc: { mailboxes?: unknown[] | null } | undefined) => doc?.mailboxes?.length ?? 0
  // Payload fills in what was not sent: whose mailboxes are all deleted hears of none until somebody names them anew.
  const isSaid = operation === 'create' || (req.data ? 'mailboxes' in req.data : 'mailboxes' in data)
  const isLeftOver = Boolean(originalDoc?.scoped) && !count(originalDoc)
  if (count(data)) data['scoped'] = true
  else if (isSaid && !isLeftOver) data['scoped'] = false
  if (data['active']) data['offReason'] = null
  return data
}
