'use client'
import type { MessageView } from '../api.js'
import { useDesk } from '../desk/Desk.js'

const shown = 2

/** Whom a message went to, as far as it is of interest: the first ones, the rest on hover. */
export const Recipients = ({ message }: { message: MessageView }) => {
  const { text } = useDesk()
  const addresses = message.replyTo?.map(({ address }) => address).join(', ')
  return (
    <>
      <People message={message} />
      {addresses && (
        <span className="hd-message__to">{text('thread:asksReplyTo', { names: addresses })}</span>
      )}
    </>
  )
}

const People = ({ message }: { message: MessageView }) => {
  const { text } = useDesk()
  const to = message.recipients.filter(({ role }) => role === 'to')
  const others = message.recipients.filter(({ role }) => role !== 'to')
  // What a customer writes goes to the mailbox: nothing to tell, unless somebody reads along.
  if (message.kind === 'customer' && !others.length) return null
  const people = message.kind === 'customer' ? others : [...to, ...others]
  if (!people.length) return null
  const names = people.slice(0, shown).map(({ name, address }) => name || address)
  const rest = people.length - names.length
  const all = message.recipients.map(({ role, name, address }) =>
    text(`thread:role:${role}`, { person: name ? `${name} <${address}>` : address }),
  )
  return (
    <span className="hd-message__to" title={all.join('\n')}>
      {text(message.kind === 'customer' ? 'thread:withCc' : 'thread:to', { names: names.join(', ') })}
      {rest > 0 && ` +${rest}`}
    </span>
  )
}
