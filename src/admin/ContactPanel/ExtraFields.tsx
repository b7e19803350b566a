'use client'
import { useConfig, useTranslation } from '@payloadcms/ui'
import { useEffect, useId, useState } from 'react'
import type { ThreadView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { type ExtraField, extraFieldsOf } from '../desk/extraFields.js'
import { useActs } from '../desk/useActs.js'

type LineProps = { field: ExtraField; value: string; onSave: (value: unknown) => void }

const Line = ({ field, value, onSave }: LineProps) => {
  const { text } = useDesk()
  const id = useId()
  const [typed, setTyped] = useState(value)
  useEffect(() => setTyped(value), [value])
  const save = (next: string) => {
    if (next === value) return
    onSave(field.type === 'number' ? (next === '' ? null : Number(next)) : next || null)
  }
  return (
    <div className="hd-extra">
      <label htmlFor={id}>{field.label}</label>
      {field.options ? (
        <select
          id={id}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            save(event.target.value)
          }}
        >
          <option value="">{text('contactPanel:empty')}</option>
          {field.options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      ) : field.type === 'checkbox' ? (
        <input
          id={id}
          type="checkbox"
          checked={typed === 'true'}
          onChange={(event) => onSave(event.target.checked)}
        />
      ) : (
        <input
          id={id}
          type={field.type === 'number' ? 'number' : field.type === 'date' ? 'date' : 'text'}
          value={field.type === 'date' ? typed.slice(0, 10) : typed}
          placeholder={text('contactPanel:empty')}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={() => save(typed)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') save(typed)
            if (event.key === 'Escape') {
              event.preventDefault()
              setTyped(value)
            }
          }}
        />
      )}
    </div>
  )
}

/** A site's own fields of the ticket; what a line can hold is changed right here. */
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
            key={name}
            field={field}
            value={
              field.options?.find((option) => option.value === value || option.label === value)?.value ??
              value
            }
            onSave={(next) => void act({ ticket, verb: 'field', body: { name, value: next } })}
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
