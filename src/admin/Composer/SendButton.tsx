'use client'
import type { Status } from '../../rules/status.js'
import { useDesk } from '../desk/Desk.js'
import { Icon } from '../elements/icons.js'
import { Menu } from '../elements/Menu.js'
import { Spinner } from '../elements/Spinner.js'

export type SendHow = { status?: Status; andNext?: boolean }

type SendButtonProps = { isSending: boolean; isDisabled: boolean; onSend: (how: SendHow) => void }

/** Send, and what should become of the ticket with it. */
export const SendButton = ({ isSending, isDisabled, onSend }: SendButtonProps) => {
  const { text } = useDesk()
  return (
    <span className="hd-send">
      <button
        type="button"
        className="hd-button hd-button--primary"
        disabled={isDisabled || isSending}
        aria-keyshortcuts="Control+Enter"
        title={text('composer:sendHint')}
        onClick={() => onSend({})}
      >
        {isSending ? <Spinner label={text('composer:sending')} /> : <Icon name="reply" size={14} />}
        {text('composer:send')}
      </button>
      <Menu
        className="hd-button hd-button--primary hd-send__more"
        label={text('composer:moreWays')}
        isDisabled={isDisabled || isSending}
        items={[
          {
            label: text('composer:sendPending'),
            hint: 'Ctrl ↵',
            onPick: () => onSend({ status: 'pending' }),
          },
          { label: text('composer:sendResolve'), onPick: () => onSend({ status: 'resolved' }) },
          {
            label: text('composer:sendResolveNext'),
            hint: 'Ctrl ⇧ ↵',
            onPick: () => onSend({ status: 'resolved', andNext: true }),
          },
          { label: text('composer:sendOpen'), onPick: () => onSend({ status: 'open' }) },
          { label: text('composer:sendClose'), onPick: () => onSend({ status: 'closed' }) },
        ]}
      >
        <Icon name="chevron" size={14} />
      </Menu>
    </span>
  )
}
