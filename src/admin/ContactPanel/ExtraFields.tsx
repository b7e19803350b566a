'use client'
import { useConfig, useTranslation } from '@payloadcms/ui'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import type { ThreadView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { controlOf, type ExtraField, extraFieldsOf } from '../desk/extraFields.js'
import { useActs } from '../desk/useActs.js'

/** A longer text scrolls inside. */
const maxRows = 6

type LineProps = { field: ExtraField; value: string; onSave: (value: unknown) => Promise<boolean> }

const Line = ({ field, value, onSave }: LineProps) => {
  const { text } = useDesk()
  const id = useId()
  const [typed, setTyped] = useState(value)
  const kept = useRef(value)
  useEffect(() => {
    kept.current = value
    setTyped(value)
  }, [value])
  const save = async (next: string) => {
    if (next === kept.current) return
    kept.current = next
    const isDone = await onSave(field.type === 'number' ? (next === '' ? null : Number(next)) : next || null)
    // What was refused is tried again when the field is left again.
    if (!isDone && kept.current === next) kept.current = value
  }
  // A field that goes away with its ticket is not left in the browser's sense.
  const leave = useRef(() => undefined as unknown)
  leave.current = () => save(typed)
  useEffect(() => () => void leave.current(), [])

  const onEscape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.preventDefault()
    setTyped(value)
  }
  const control = controlOf(field)
  const shared = {
    id,
    placeholder: text('contactPanel:empty'),
    onBlur: () => void save(typed),
  }
  return (
    <div className="hd-extra">
      <label htmlFor={id}>{field.label}</label>
      {control === 'select' ? (
        <select
          id={id}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            void save(event.target.value)
          }}
        >
          <option value="">{text('contactPanel:empty')}</option>
          {field.options?.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      ) : control === 'checkbox' ? (
        <input
          id={id}
          type="checkbox"
          checked={typed === 'true'}
          onChange={(event) => void onSave(event.target.checked)}
        />
      ) : control === 'textarea' ? (
        <textarea
          {...shared}
          rows={Math.min(maxRows, typed.split('\n').length)}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={onEscape}
        />
      ) : (
        <input
          {...shared}
          type={control}
          value={control === 'date' ? typed.slice(0, 10) : typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void save(typed)
            onEscape(event)
          }}
        />
      )}
    </div>
  )
}

/** A site's own fields of the ticket; what a line can hold is changed right here, the others are only shown. */
export const ExtraFields = ({ ticket }: { ticket: ThreadView['ticket'] }) => {
  const { slugs, extraFields } = useDesk()
  const { i18n } = useTranslation()
  const { getEntityConfig } = useConfig()
  const { act } = useActs()
  if (!ticket.extra.length) return null
  const editable = extraFieldsOf({
    collection: getEntityConfig({ collectionSlug: slugs.tickets as never }),
    names: extraFields,
    i18n,
  })
  return (
    <div className="hd-extras">
      {ticket.extra.map(({ name, label, value }) => {
        const field = editable.find((each) => each.name === name)
        return field ? (
          <Line
            // What is being typed belongs to its ticket.
            key={`${ticket.id}-${name}`}
            field={field}
            value={
              field.options?.find((option) => option.value === value || option.label === value)?.value ??
              value
            }
            onSave={(next) => act({ ticket, verb: 'field', body: { name, value: next } })}
          />
        ) : (
          <div key={name} className="hd-extra">
            <span>{label}</span>
            <span>{value}</span>
          </div>
        )
      })}
    </div>
  )
}
