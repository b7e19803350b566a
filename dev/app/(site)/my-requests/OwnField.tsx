import type { PortalField } from 'payload-helpdesk/portal'
import { useId } from 'react'

const Control = ({ field, id }: { field: PortalField; id: string }) => {
  const { name, type, required, options } = field
  const common = { id, name: `fields[${name}]`, required }
  if (type === 'textarea') return <textarea {...common} rows={3} />
  if (type !== 'select' && type !== 'relationship') return <input {...common} type={type} />
  return (
    <select {...common} defaultValue="">
      <option value="" />
      {options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  )
}

/** A ticket field of the shop's own, as `portalForm` describes it. */
export const OwnField = ({ field }: { field: PortalField }) => {
  const id = useId()
  return (
    <div>
      <label htmlFor={id}>{field.label}</label>
      <Control field={field} id={id} />
    </div>
  )
}

/** What was filled in, as `submit` takes it. */
export const ownValues = (fields: PortalField[], filled: FormData): Record<string, string | boolean> =>
  Object.fromEntries(
    fields.map(({ name, type }) => {
      const value = filled.get(`fields[${name}]`)
      return [name, type === 'checkbox' ? value !== null : String(value ?? '')]
    }),
  )
