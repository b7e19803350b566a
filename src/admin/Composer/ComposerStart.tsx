'use client'
import { useDesk } from '../desk/Desk.js'
import { Icon } from '../elements/icons.js'
import type { DraftKind } from './useDrafts.js'

/** The composer before anything is written: two ways on that cannot be mistaken for each other. */
export const ComposerStart = ({ name, onOpen }: { name: string; onOpen: (kind: DraftKind) => void }) => {
  const { text } = useDesk()
  return (
    <div className="hd-start">
      <button type="button" className="hd-start__reply" aria-keyshortcuts="r" onClick={() => onOpen('reply')}>
        <Icon name="reply" />
        <span>{text('composer:replyTo', { name })}</span>
        <span className="hd-key" aria-hidden="true">
          R
        </span>
      </button>
      <button type="button" className="hd-start__note" aria-keyshortcuts="n" onClick={() => onOpen('note')}>
        <Icon name="note" />
        <span>{text('composer:note')}</span>
        <span className="hd-key" aria-hidden="true">
          N
        </span>
      </button>
    </div>
  )
}
