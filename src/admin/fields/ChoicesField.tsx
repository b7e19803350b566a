'use client'
import { FieldDescription, FieldError, FieldLabel, useField, useTranslation } from '@payloadcms/ui'
import type { TextFieldClientProps } from 'payload'
import '../desk/tokens.css'
import './ChoicesField.css'

type ChoicesFieldProps = TextFieldClientProps & {
  values: readonly string[]
  /** Translation prefix of the choices, under `helpdesk:`. */
  labels: string
  /** Key of the description, under `helpdesk:`. */
  hint?: string
}

/** Boxes to tick over a column of several texts, so that a new value is never a migration. */
export const ChoicesField = ({ field, path, values, labels, hint, readOnly }: ChoicesFieldProps) => {
  const { t } = useTranslation()
  const { value, setValue, showError, disabled } = useField<string[] | null>({ path })
  const chosen = Array.isArray(value) ? value : []
  const id = `field-${path}`
  const toggle = (name: string) =>
    // In the order in which they are offered.
    setValue(values.filter((one) => (one === name ? !chosen.includes(one) : chosen.includes(one))))
  return (
    <fieldset className="helpdesk helpdesk--inline hd-choices field-type" aria-describedby={`${id}-hint`}>
      <legend>
        <FieldLabel as="span" label={field.label as string} path={path} required={field.required} />
      </legend>
      <FieldError path={path} showError={showError} />
      <div className="hd-choices__all">
        {values.map((name) => (
          <label key={name}>
            <input
              type="checkbox"
              name={`${path}.${name}`}
              checked={chosen.includes(name)}
              disabled={readOnly || disabled}
              onChange={() => toggle(name)}
            />
            {t(`helpdesk:${labels}:${name}` as never)}
          </label>
        ))}
      </div>
      <div id={`${id}-hint`}>
        {hint && <FieldDescription path={path} description={t(`helpdesk:${hint}` as never)} />}
      </div>
    </fieldset>
  )
}
