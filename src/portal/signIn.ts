import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { HelpdeskError } from '../core/errors.js'
import { inTransaction } from '../core/transaction.js'
import { checkMailbox } from '../operations/checkMailbox.js'
import { markVerified, nameOf } from '../operations/contact.js'
import { portalURL } from '../operations/guestLink.js'
import { queueSignInLink } from '../operations/queueSignInLink.js'
import { addressKey, isValidAddress } from '../rules/address.js'
import { sessionToken } from './caller.js'
import { addKey, hashOf, newToken, readKey, takeKey } from './keys.js'
import { countStranger } from './limits.js'

/** A link in a mail is used at once, or asked for again. */
const linkMs = 30 * 60_000

const dayMs = 24 * 60 * 60_000

export type AskArgs = {
  req: PayloadRequest
  mailbox: DocID
  email: string
  language: string
}

/**
 * Mails a link to an address, by which whoever reads its mail is signed in. The answer is the same for addresses that
 * we know and that we do not: each gets one, unless mail to it bounces or it is blocked. Throws `badAddress`,
 * `tooOften`, `mailboxCannotSend`, `mailboxArchived`, `ownAddress`.
 */
export const askForLink = async ({ req, mailbox, email, language }: AskArgs): Promise<void> => {
  const address = addressKey(email)
  if (!isValidAddress(address))
    throw new HelpdeskError('badAddress', { fields: { email: 'This is not an email address.' } })
  await countStranger({ req, what: 'links', address })
  const { name, address: own } = await checkMailbox({ req, mailbox, overrideAccess: true })
  // By the option, never by the request: whoever asks could name a host of theirs in it.
  const page = portalURL({ req, mailbox: { id: mailbox, name, address: own }, language })
  if (!page) {
    req.payload.logger.error('helpdesk: no sign-in links can be sent until the option portal.url is set.')
    throw new HelpdeskError('mailboxCannotSend')
  }
  const token = newToken()
  const url = new URL(page)
  url.searchParams.set('signin', token)
  await inTransaction(req, async (own) => {
    await addKey({ req: own, kind: 'link', key: hashOf(token), address, ms: linkMs })
    // To an address that takes no mail it does not leave: were that known here, the time of the answer would tell.
    await queueSignInLink({ req: own, mailbox, address, url: url.href, language })
  })
}

/** Whether a link could still be used; looking at it does not use it, as mail scanners look at every link. */
export const isLinkGood = async (req: PayloadRequest, token: string): Promise<boolean> =>
  (await readKey({ req, kind: 'link', key: hashOf(token) })) !== null

/** Signs in by a link, once. Gives the token of the session, for a cookie. Throws `linkUsed`. */
export const useLink = (req: PayloadRequest, token: string): Promise<{ session: string; days: number }> =>
  inTransaction(req, async (own) => {
    const held = await takeKey({ req: own, kind: 'link', key: hashOf(token) })
    if (!held) throw new HelpdeskError('linkUsed')
    const { sessionDays: days } = getHelpdesk(req.payload).portal
    const session = newToken()
    await addKey({
      req: own,
      kind: 'session',
      key: hashOf(session),
      address: held.address,
      ms: days * dayMs,
      data: { name: await nameOf(own, held.address) },
    })
    await markVerified(own, [held.address])
    return { session, days }
  })

/** Ends the session of whoever asks. */
export const signOut = async (req: PayloadRequest): Promise<void> => {
  const token = sessionToken(req.headers)
  if (token) await takeKey({ req, kind: 'session', key: hashOf(token) })
}
