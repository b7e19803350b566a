import { getHelpdesk } from '../../core/config.js'
import { type PortalPage, portalOptions } from '../page.js'
import { isLinkGood } from '../signIn.js'
import { Act, Field, Notice } from './elements.js'
import { RequestForm } from './RequestForm.js'

type OnPage = { page: PortalPage }

const siteOf = ({ req }: PortalPage): string => {
  const { siteName } = getHelpdesk(req.payload).mail.letters
  const { serverURL } = req.payload.config
  return siteName || (serverURL ? new URL(serverURL).host : '')
}

const AskForLink = ({ page }: OnPage) => {
  const { words } = page
  return (
    <section className="hdp-card" aria-labelledby="hdp-sign-in">
      <h2 id="hdp-sign-in">{words.signIn}</h2>
      <Act page={page} path="/sign-in" send={words.sendLink}>
        <Field id="hdp-link-email" label={words.email} hint={words.signInHint}>
          <input
            id="hdp-link-email"
            name="email"
            type="email"
            required
            maxLength={254}
            autoComplete="email"
            aria-describedby="hdp-link-email-hint"
          />
        </Field>
        {page.challenge}
      </Act>
    </section>
  )
}

/** What a sign-in link shows: its button uses it, so that a scanner which opens links does not. */
export const UseLink = async ({ page }: OnPage) => {
  const { words, fill } = page
  const link = page.param('signin').slice(0, 100)
  const site = siteOf(page)
  if (!(await isLinkGood(page.req, link)))
    return (
      <>
        <Notice title={words.linkOver}>{words.linkOverHint}</Notice>
        <AskForLink page={page} />
      </>
    )
  return (
    <section className="hdp-card" aria-labelledby="hdp-confirm">
      <h2 id="hdp-confirm">{site ? fill(words.confirm, { site }) : words.signIn}</h2>
      <p>{words.confirmHint}</p>
      <Act page={page} path="/sign-in/use" send={words.signIn}>
        <input type="hidden" name="link" value={link} />
      </Act>
    </section>
  )
}

/** A request was opened that whoever sent it cannot see here. */
export const Received = ({ page }: OnPage) => {
  const { words, fill, param } = page
  const sent = param('sent')
  if (sent !== 'request' && sent !== 'unmailed') return null
  const hint = sent === 'request' ? words.requestSentHint : words.requestUnmailedHint
  return (
    <Notice title={words.requestSent}>
      {fill(hint, { number: param('number').replace(/\D/g, '').slice(0, 12) })}
    </Notice>
  )
}

/** For whom nobody knows yet: a way in, and a way to ask without one. */
export const Start = ({ page }: OnPage) => {
  const { words, caller, fill, param } = page
  const sent = param('sent')
  const mayAsk = portalOptions(page).requests === 'anyone'
  return (
    <>
      {sent === 'link' && <Notice title={words.linkSent}>{words.linkSentHint}</Notice>}
      <Received page={page} />
      {caller.kind === 'unproven' && <p>{fill(words.unproven, { address: caller.address })}</p>}
      <AskForLink page={page} />
      {mayAsk && (
        <section className="hdp-card" aria-labelledby="hdp-new">
          <h2 id="hdp-new">{words.withoutSignIn}</h2>
          <RequestForm page={page} />
        </section>
      )}
    </>
  )
}
