'use client'
import { useConfig, useTranslation } from '@payloadcms/ui'
import { useEffect, useId, useState } from 'react'
import { priorities } from '../../rules/priority.js'
import { useDesk } from '../desk/Desk.js'
import { type ExtraField, extraFieldsOf } from '../desk/extraFields.js'
import { startPlace } from '../desk/place.js'
import { useInbox } from '../Inbox/InboxContext.js'

type SelectProps = {
  label: string
  value: string
  options: { value: string; label: string }[]
  onChange: (value: string) => void
}

const FilterSelect = ({ label, value, options, onChange }: SelectProps) => {
  const { text } = useDesk()
  const id = useId()
  return (
    <div className="hd-filter">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{text('filter:any')}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  )
}

type FilterInputProps = Omit<SelectProps, 'options'> & { type: 'text' | 'number' | 'date' }

const FilterInput = ({ label, value, onChange, type }: FilterInputProps) => {
  const id = useId()
  const [typed, setTyped] = useState(value)
  useEffect(() => setTyped(value), [value])
  return (
    <div className="hd-filter">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={type}
        step="any"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => onChange(typed.trim())}
        onKeyDown={(event) => event.key === 'Enter' && onChange(typed.trim())}
      />
    </div>
  )
}

const waitingHours = [
  { hours: 4, key: 'filter:waitingHours4' },
  { hours: 24, key: 'filter:waitingDay' },
  { hours: 72, key: 'filter:waitingDays3' },
  { hours: 168, key: 'filter:waitingWeek' },
] as const

/** Narrows a view: by mailbox, assignee, priority and a site's own fields. */
export const Filters = () => {
  const { text, slugs, extraFields } = useDesk()
  const { i18n } = useTranslation()
  const { getEntityConfig } = useConfig()
  const { place, go, overview } = useInbox()
  const own: ExtraField[] = extraFieldsOf({
    collection: getEntityConfig({ collectionSlug: slugs.tickets as never }),
    names: extraFields,
    i18n,
  })
  const yesOrNo = [
    { value: 'true', label: text('filter:yes') },
    { value: 'false', label: text('filter:no') },
  ]
  const set = (change: Parameters<typeof go>[0]) => go({ ...change, ticket: null })
  return (
    <fieldset className="hd-filters">
      <legend className="hd-hidden">{text('filter:title')}</legend>
      <FilterSelect
        label={text('field:mailbox')}
        value={place.mailbox}
        options={(overview?.mailboxes ?? []).map(({ id, name }) => ({ value: String(id), label: name }))}
        onChange={(mailbox) => set({ mailbox })}
      />
      <FilterSelect
        label={text('field:assignee')}
        value={place.assignee}
        options={[
          { value: 'nobody', label: text('inbox:nobody') },
          ...(overview?.agents ?? []).map(({ id, name }) => ({ value: String(id), label: name })),
        ]}
        onChange={(assignee) => set({ assignee })}
      />
      <FilterSelect
        label={text('field:priority')}
        value={place.priority}
        options={priorities.map((value) => ({ value, label: text(`priority:${value}`) }))}
        onChange={(priority) => set({ priority })}
      />
      <FilterSelect
        label={text('filter:waiting')}
        value={place.waiting}
        options={waitingHours.map(({ hours, key }) => ({ value: String(hours), label: text(key) }))}
        onChange={(waiting) => set({ waiting })}
      />
      {own.map(({ name, label, type, options }) => {
        const props = {
          label,
          value: place.fields[name] ?? '',
          onChange: (typed: string) => set({ fields: { ...place.fields, [name]: typed } }),
        }
        const choices = type === 'checkbox' ? yesOrNo : options
        if (choices) return <FilterSelect {...props} key={name} options={choices} />
        const input = type === 'number' || type === 'date' ? type : 'text'
        return <FilterInput {...props} key={name} type={input} />
      })}
      <button
        type="button"
        className="hd-button hd-button--quiet"
        onClick={() => go({ ...startPlace, view: place.view, search: place.search })}
      >
        {text('filter:clear')}
      </button>
    </fieldset>
  )
}
