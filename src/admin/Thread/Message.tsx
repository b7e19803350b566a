'use client'
import { useState } from 'react'
import type { Draft, MessageView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { useActs } from '../desk/useActs.js'
import { Avatar } from '../elements/Avatar.js'
import { Badge } from '../elements/Badge.js'
import { Icon } from '../elements/icons.js'
import { Menu, type MenuItem } from '../elements/Menu.js'
import { Moment } from '../elements/Moment.js'
import { Notice } from '../elements/Notice.js'
import { Attachments } from './Attachments.js'
import { DeliveryProblem, DeliveryState } from './Delivery.js'
import { type BodyMode, MessageBody } from './MessageBody.js'
import { Recipients } from './Recipients.js'
import { WhyDialog } from './WhyDialog.js'

type MessageProps = {
  message: MessageView
  onChanged: () => void
  /** Saves what is being written, so that taking a reply back keeps it. */
  beforeUndo: () => Promise<unknown>
  onUndone: (draft: Draft) => void
}

/** An inline picture that its mail shows needs no second place below it. */
const isShownInside = (message: MessageView, url: string | null): boolean =>
  Boolean(url && `${message.html}${message.quotedHtml}`.includes(url))

/** One entry of the thread: a customer's message, a reply, or a note. */
export const Message = ({ message, onChanged, beforeUndo, onUndone }: MessageProps) => {
  const { text, me } = useDesk()
  const { actOnMessage } = useActs()
  const [mode, setMode] = useState<BodyMode>('formatted')
  const [images, setImages] = useState<'blocked' | 'once'>('blocked')
  const [isWhy, setWhy] = useState(false)

  const { agent } = message.from
  const name = agent?.name || message.from.name || message.from.address
  const isNote = message.kind === 'note'
  const isMine = agent?.id === me.id
  const showImages = message.imagesAllowed || images === 'once'
  const heading = `message-${message.id}`
  const title = text('thread:bodyOf', { name })

  const allowImages = async () => {
    setImages('once')
    if (await actOnMessage({ message: message.id, verb: 'images', body: { allowed: true } })) onChanged()
  }
  const undo = async () => {
    await beforeUndo()
    const answer = await actOnMessage<'undo', { draft: Draft }>({
      message: message.id,
      verb: 'undo',
      body: {},
    })
    if (answer?.draft) onUndone(answer.draft)
    onChanged()
  }
  const retry = async () => {
    await actOnMessage({ message: message.id, verb: 'retry', body: {} })
    onChanged()
  }
  const accept = async () => {
    await actOnMessage({ message: message.id, verb: 'accept', body: {} })
    onChanged()
  }

  const modes: BodyMode[] = ['formatted', 'plain', ...(message.hasSource ? (['source'] as const) : [])]
  const items: MenuItem[] = [
    ...modes.map((each) => ({
      label: text(`thread:mode:${each}`),
      isChecked: mode === each,
      onPick: () => setMode(each),
    })),
    ...(message.reason || message.hasSource
      ? ['line' as const, { label: text('why:title'), icon: 'info' as const, onPick: () => setWhy(true) }]
      : []),
  ]

  return (
    <li
      className={`hd-message hd-message--${message.kind}${isMine ? ' hd-message--mine' : ''}`}
      data-message={message.id}
    >
      <article aria-labelledby={heading}>
        <Avatar name={name} kind={agent ? 'agent' : 'customer'} />
        <div className="hd-message__main">
          <header className="hd-message__head">
            <h2 id={heading} className="hd-message__by">
              <bdi>{name}</bdi>
              {!agent && message.from.name && (
                <span className="hd-message__address">{message.from.address}</span>
              )}
            </h2>
            {isNote && (
              <span className="hd-note-mark">
                <Icon name="note" size={12} />
                {text('thread:noteMark')}
              </span>
            )}
            {message.automatic && <Badge>{text('inbox:automatic')}</Badge>}
            {!isNote && <Recipients message={message} />}
            <span className="hd-message__when">
              <DeliveryState message={message} onUndo={isMine ? () => void undo() : undefined} />
              <Moment at={message.createdAt} />
              <Menu label={text('thread:messageMenu', { name })} items={items} />
            </span>
          </header>
          {message.unverified && (
            <Notice
              tone="warn"
              icon="shield"
              actions={
                <button type="button" className="hd-button" onClick={() => void accept()}>
                  {text('thread:accept')}
                </button>
              }
            >
              {text('thread:unverified', { address: message.from.address })}
            </Notice>
          )}
          {message.remoteImages > 0 && !showImages && mode === 'formatted' && (
            <div className="hd-images">
              <Icon name="image" size={14} />
              <span>{text('thread:imagesBlocked')}</span>
              <button type="button" className="hd-link" onClick={() => setImages('once')}>
                {text('thread:showOnce')}
              </button>
              <button type="button" className="hd-link" onClick={() => void allowImages()}>
                {text('thread:showAlways')}
              </button>
            </div>
          )}
          <div className="hd-message__body">
            <MessageBody message={message} mode={mode} images={showImages} title={title} />
            <Attachments
              files={message.attachments.filter((file) => !file.inline || !isShownInside(message, file.url))}
            />
          </div>
          <DeliveryProblem message={message} onRetry={() => void retry()} />
        </div>
      </article>
      {isWhy && <WhyDialog message={message} onClose={() => setWhy(false)} />}
    </li>
  )
}
