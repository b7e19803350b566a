'use client'
import { useState } from 'react'
import type { Mailbox } from '../../collections/types.js'
import type { ThreadView } from '../api.js'
import { PersonField } from '../Composer/PersonField.js'
import { useDesk } from '../desk/Desk.js'
import { useActs } from '../desk/useActs.js'
import { Badge } from '../elements/Badge.js'
import { Icon } from '../elements/icons.js'

/** Who else is in the ticket and gets its replies. */
export const Participants = ({ thread, onChanged }: { thread: ThreadView; onChanged: () => void }) => {
  const { text } = useDesk()
  const { act } = useActs()
  const [isAdding, setAdding] = useState(false)
  const { ticket } = thread
  const others = thread.participants.filter(({ role }) => role === 'cc')

  const add = async ([person]: Mailbox[]) => {
    if (!person) return
    setAdding(false)
    const { address, name } = person
    await act({ ticket, verb: 'participants/add', body: { address, ...(name ? { name } : {}) } })
    onChanged()
  }
  const remove = async (address: string) => {
    await act({ ticket, verb: 'participants/remove', body: { address } })
    onChanged()
  }
  return (
    <section>
      <h3>
        {text('contactPanel:others')}
        <button
          type="button"
          className="hd-icon-button hd-icon-button--small"
          aria-label={text('contactPanel:add')}
          aria-expanded={isAdding}
          title={text('contactPanel:add')}
          onClick={() => setAdding(!isAdding)}
        >
          <Icon name={isAdding ? 'close' : 'plus'} size={13} />
        </button>
      </h3>
      {isAdding && (
        <PersonField
          label={text('contactPanel:add')}
          people={[]}
          onChange={(people) => void add(people)}
          isSingle
          isBoxed
          autoFocus
        />
      )}
      {others.length ? (
        // biome-ignore lint/a11y/noRedundantRoles: Safari takes the role from lists without bullets
        <ul className="hd-contact__people" role="list">
          {others.map(({ address, name, accepted }) => (
            <li key={address}>
              <span className="hd-contact__address" title={address}>
                <bdi>{name || address}</bdi>
              </span>
              {!accepted && <Badge tone="warn">{text('contactPanel:notAccepted')}</Badge>}
              <button
                type="button"
                className="hd-icon-button hd-icon-button--small"
                aria-label={text('contactPanel:remove', { name: name || address })}
                title={text('contactPanel:remove', { name: name || address })}
                onClick={() => void remove(address)}
              >
                <Icon name="close" size={11} />
              </button>
            </li>
          ))}
        </ul>
      ) : (
        !isAdding && <p className="hd-contact__none">{text('contactPanel:nobodyElse')}</p>
      )}
    </section>
  )
}
