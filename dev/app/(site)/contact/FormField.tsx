import type { ShownField } from './form.js'

const autoComplete: Record<string, string> = { name: 'name', email: 'email' }

type FieldProps = {
  field: ShownField
  /** What was typed before. */
  value: string
}

const Control = ({ field: { blockType, name, required, options }, value }: FieldProps) => {
  if (blockType === 'textarea')
    return <textarea id={name} name={name} rows={7} required={required} defaultValue={value} />
  if (blockType === 'select')
    return (
      // Another one when it is shown again: React sets no select back to what was chosen.
      <select
        key={value}
        id={name}
        name={name}
        required={required}
        defaultValue={value || options?.[0]?.value}
      >
        {options?.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    )
  const type = blockType === 'email' || blockType === 'number' ? blockType : 'text'
  return (
    <input
      id={name}
      name={name}
      type={type}
      required={required}
      autoComplete={autoComplete[name]}
      defaultValue={value}
    />
  )
}

/** One field of the form builder, as plain HTML. */
export const FormField = ({ field, value }: FieldProps) => (
  <div className={field.width === 50 ? 'contact-half' : 'contact-whole'}>
    <label htmlFor={field.name}>
      {field.label ?? field.name}
      {!field.required && field.blockType !== 'select' && <span> optional</span>}
    </label>
    <Control field={field} value={value} />
  </div>
)
