'use client'
import { type ReactNode, useId } from 'react'
import type { NotificationEvent } from '../../rules/notifications.js'
import { useText } from '../desk/useText.js'
import { Badge } from '../elements/Badge.js'
import { Icon } from '../elements/icons.js'

type EventRowProps = {
  event: NotificationEvent
  isOn: boolean
  hasOwnWords: boolean
  isOpen: boolean
  isReadOnly: boolean
  onSwitch: (isOn: boolean) => void
  onOpen: (isOpen: boolean) => void
  children: ReactNode
}

/** A mail in the list: its switch, and a way to its words. */
export const EventRow = (props: EventRowProps) => {
  const { event, isOn, hasOwnWords, isOpen, isReadOnly, onSwitch, onOpen, children } = props
  const text = useText()
  const id = useId()
  const name = text(`templates:${event}`)
  return (
    <li>
      <div className="hd-templates__row">
        <button
          type="button"
          role="switch"
          className="hd-switch"
          aria-checked={isOn}
          aria-disabled={isReadOnly}
          aria-label={`${text('templates:isOn')}: ${name}`}
          onClick={() => !isReadOnly && onSwitch(!isOn)}
        />
        <button
          type="button"
          className="hd-templates__name"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => onOpen(!isOpen)}
        >
          <span>{name}</span>
          {hasOwnWords && <Badge tone="accent">{text('templates:changed')}</Badge>}
          <span className="hd-templates__state">{text(isOn ? 'templates:on' : 'templates:off')}</span>
          <Icon name="chevron" size={14} />
        </button>
      </div>
      <div id={id} hidden={!isOpen}>
        {isOpen && children}
      </div>
    </li>
  )
}
