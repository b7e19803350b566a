import type { ShownField } from './form.js'

const autoComplete: Record<string, string> = { name: 'name', email: 'email' }

const Control = ({ field: { blockType, name, required, options } }: { field: ShownField }) => {
  if (blockType === 'textarea') return <textarea id={name} name={name} rows={7} required={required} />
  if (blockType === 'select')
    return (
      <select id={name} name={name} required={required}>
        {options?.map(({ label, value }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    )
  const type = blockType === 'email' || blockType === 'number' ? blockType : 'text'
  return <input id={name} name={name} type={type} required={required} autoComplete={autoComplete[name]} />
}

/** One field of the form builder, as plain HTML. */
export const FormField = ({ field }: { field: ShownField }) => (
  <div className={field.width === 50 ? 'contact-half' : 'contact-whole'}>
    <label htmlFor={field.name}>
      {field.label ?? field.name}
      {!field.required && field.blockType !== 'select' && <span> optional</span>}
    </label>
    <Control field={field} />
  </div>
)
