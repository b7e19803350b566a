'use client'
import { useId, useState } from 'react'
import type { MessageView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { Linked } from '../elements/Linked.js'
import { RawSource } from '../elements/RawSource.js'
import { MailFrame } from './MailFrame.js'

export type BodyMode = 'formatted' | 'plain' | 'source'

const Plain = ({ text }: { text: string }) => (
  <div className="hd-plain" dir="auto">
    <Linked text={text.trim()} />
  </div>
)

type PieceProps = { html: string; text: string; mode: BodyMode; title: string; images: boolean }

const Piece = ({ html, text, mode, title, images }: PieceProps) =>
  html && mode === 'formatted' ? (
    <MailFrame html={html} title={title} images={images} />
  ) : (
    <Plain text={text} />
  )

type MessageBodyProps = {
  message: MessageView
  mode: BodyMode
  images: boolean
  title: string
}

/** What was written; the quoted part and the signature folded behind three dots. */
export const MessageBody = ({ message, mode, images, title }: MessageBodyProps) => {
  const { text } = useDesk()
  const [isUnfolded, setUnfolded] = useState(false)
  const id = useId()
  if (mode === 'source') return <RawSource path={`/messages/${message.id}/source`} />

  const hasRest = Boolean(message.quotedHtml || message.quotedText || message.signature)
  const isBare = !message.html && !message.text.trim()
  return (
    <div className="hd-body">
      {isBare && !hasRest && <p className="hd-body__none">{text('thread:noText')}</p>}
      {!isBare && <Piece html={message.html} text={message.text} mode={mode} title={title} images={images} />}
      {hasRest && (
        <button
          type="button"
          className="hd-fold"
          aria-expanded={isUnfolded}
          aria-controls={id}
          aria-label={text(isUnfolded ? 'thread:hideQuoted' : 'thread:showQuoted')}
          title={text(isUnfolded ? 'thread:hideQuoted' : 'thread:showQuoted')}
          onClick={() => setUnfolded(!isUnfolded)}
        >
          <span aria-hidden="true">•••</span>
        </button>
      )}
      {hasRest && (
        <div id={id} className="hd-quoted" hidden={!isUnfolded}>
          {isUnfolded && (
            <>
              {message.signature && <Plain text={message.signature} />}
              {(message.quotedHtml || message.quotedText) && (
                <Piece
                  html={message.quotedHtml}
                  text={message.quotedText}
                  mode={mode}
                  title={text('thread:quotedPart')}
                  images={images}
                />
              )}
            </>
          )}
        </div>
      )}
    </div>
  )
}
