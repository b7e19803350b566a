import './portal.css'
import { isRightToLeft } from '../../rules/notifications.js'
import { openPage, type PortalPage, type PortalProps } from '../page.js'
import { Conversation, NotFound } from './Conversation.js'
import { PortalPrivacy } from './PortalPrivacy.js'
import { RequestForm } from './RequestForm.js'
import { Start, UseLink } from './SignIn.js'
import { TicketList } from './TicketList.js'

const View = ({ page }: { page: PortalPage }) => {
  const { caller, param, words, link } = page
  if (param('guest'))
    return caller.kind === 'guest' ? (
      <Conversation page={page} number={caller.ticket.number} />
    ) : (
      <NotFound page={page} />
    )
  if (param('signin')) return <UseLink page={page} />
  if (caller.kind !== 'customer') return <Start page={page} />
  const number = Number(param('ticket'))
  if (Number.isInteger(number) && number > 0) return <Conversation page={page} number={number} />
  if (!param('new')) return <TicketList page={page} />
  return (
    <section aria-labelledby="hdp-new">
      <p>
        <a href={link()}>{words.back}</a>
      </p>
      <h2 id="hdp-new">{words.newRequest}</h2>
      <RequestForm page={page} />
    </section>
  )
}

/**
 * The portal as a part of a page of the site: sign-in, own requests, conversation, new request, and what guest links
 * open. A server component; its forms work without scripts.
 * @example
 * export default async ({ searchParams }) => (
 *   <HelpdeskPortal config={config} page="/support" searchParams={await searchParams} />
 * )
 */
export const HelpdeskPortal = async (props: PortalProps) => {
  const page = await openPage(props)
  return (
    <div className="hdp" lang={page.language} dir={isRightToLeft(page.language) ? 'rtl' : 'ltr'}>
      <PortalPrivacy page={page} />
      <View page={page} />
    </div>
  )
}
