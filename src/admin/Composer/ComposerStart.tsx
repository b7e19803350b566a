'use client'
import { useDesk } from '../desk/Desk.js'
import { Icon } from '../elements/icons.js'
import type { DraftKind } from './useDrafts.js'

type ComposerStartProps = {
  name: string
  /** What was begun and put aside. */
  waiting: DraftKind | null
  onOpen: (kind: DraftKind) => void
}

/** The composer before anything is written: two ways on that cannot be mistaken for each other. */
export const ComposerStart = ({ name, waiting, onOpen }: ComposerStartProps) => {
  const { text } = useDesk()
  return (
    <div className="hd-start">
      <button type="button" className="hd-start__reply" aria-keyshortcuts="r" onClick={() => onOpen('reply')}>
        <Icon name="reply" />
        <span>{text(waiting === 'reply' ? 'composer:continueReply' : 'composer:replyTo', { name })}</span>
        <span className="hd-key" aria-hidden="true">
          R
        </span>
      </button>
      <button type="button" className="hd-start__note" aria-keyshortcuts="n" onClick={() => onOpen('note')}>
        <Icon name="note" />
        <span>{text(waiting === 'note' ? 'composer:continueNote' : 'composer:note')}</span>
        <span className="hd-key" aria-hidden="true">
          N
        </span>
      </button>
    </div>
  )
}
