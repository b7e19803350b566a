import type { Conversation } from './conversations.js'

type Props = {
  conversations: Conversation[]
  openKey: string | undefined
  onOpen: (key: string) => void
}

/** The customer's conversations, the newest first. */
export const ConversationList = ({ conversations, openKey, onOpen }: Props) =>
  conversations.map(({ key, mails }) => {
    const last = mails.at(-1)!
    const sender = mails.findLast(({ isOwn }) => !isOwn)?.from.name
    return (
      <button
        key={key}
        type="button"
        className="mail-row"
        aria-current={key === openKey}
        onClick={() => onOpen(key)}
      >
        <span className="mail-from">
          {sender ?? `To ${last.to}`}
          {mails.length > 1 && <span className="mail-count"> {mails.length}</span>}
        </span>
        <time dateTime={last.date}>{shortDate(last.date)}</time>
        <span className="mail-subject">{last.subject || '(no subject)'}</span>
        <span className="mail-preview">
          {last.isOwn && sender ? 'You: ' : ''}
          {last.preview}
        </span>
      </button>
    )
  })

const shortDate = (iso: string): string => {
  const date = new Date(iso)
  return date.toDateString() === new Date().toDateString()
    ? date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    : date.toLocaleDateString([], { day: 'numeric', month: 'short' })
}
