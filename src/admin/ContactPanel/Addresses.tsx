'use client'
import type { ThreadView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { useActs } from '../desk/useActs.js'
import { Badge } from '../elements/Badge.js'
import { Icon } from '../elements/icons.js'

/** A contact's addresses and telephone, and what keeps mail from an address. */
export const Addresses = ({ thread, onChanged }: { thread: ThreadView; onChanged: () => void }) => {
  const { text } = useDesk()
  const { act } = useActs()
  const { contact, ticket } = thread
  const allow = async (address: string, button: Element) => {
    const done = text('contactPanel:deliverableDone', { address })
    if (!(await act({ ticket, verb: 'deliverable', body: { address }, done }))) return
    // The button goes; whoever went on in the meantime keeps the focus.
    if (document.activeElement === button)
      button.closest<HTMLElement>('.hd-contact')?.focus({ preventScroll: true })
    onChanged()
  }
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari takes the role from lists without bullets
    <ul className="hd-contact__addresses" role="list">
      {contact.addresses.map(({ address, verified, state }) => (
        <li key={address}>
          <div className="hd-contact__line">
            <span className="hd-contact__address" title={address}>
              <bdi>{address}</bdi>
            </span>
            {state === 'ok' ? (
              verified && (
                <span
                  className="hd-good"
                  role="img"
                  aria-label={text('contactPanel:verified')}
                  title={text('contactPanel:verified')}
                >
                  <Icon name="check" size={14} />
                </span>
              )
            ) : (
              <Badge tone="bad">{text(`contactPanel:${state}`)}</Badge>
            )}
          </div>
          {state === 'bouncing' && (
            <div className="hd-contact__hint hd-contact__hint--bad">
              <p>{text('contactPanel:bouncingHint')}</p>
              <button
                type="button"
                className="hd-button hd-button--small"
                aria-label={`${text('contactPanel:deliverable')}: ${address}`}
                onClick={({ currentTarget }) => void allow(address, currentTarget)}
              >
                <Icon name="retry" size={14} />
                {text('contactPanel:deliverable')}
              </button>
            </div>
          )}
        </li>
      ))}
      {contact.phone && <li className="hd-contact__line">{contact.phone}</li>}
    </ul>
  )
}
