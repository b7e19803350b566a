import type { MessageView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { Notice } from '../elements/Notice.js'

type NewerNoticeProps = {
  newer: MessageView[]
  /** A reply was stopped by it. */
  isStopped: boolean
  onLook: () => void
  onSend: () => void
}

/** Tells what others wrote since the writing began. */
export const NewerNotice = ({ newer, isStopped, onLook, onSend }: NewerNoticeProps) => {
  const { text } = useDesk()
  const look = () => {
    document.querySelector(`[data-message="${newer[0]!.id}"]`)?.scrollIntoView({ block: 'start' })
    if (!isStopped) onLook()
  }
  const { name, address } = newer.at(-1)!.from
  return (
    <Notice
      tone="warn"
      icon="warning"
      isUrgent
      actions={
        <>
          <button type="button" className="hd-button" onClick={look}>
            {text('composer:look')}
          </button>
          {isStopped && (
            <button type="button" className="hd-button hd-button--primary" onClick={onSend}>
              {text('composer:sendAnyway')}
            </button>
          )}
        </>
      }
    >
      {text(isStopped ? 'composer:stopped' : 'composer:newer', {
        count: newer.length,
        name: name || address,
      })}
    </Notice>
  )
}
