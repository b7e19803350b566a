'use client'
import { FieldError, SelectInput, useField, useTranslation } from '@payloadcms/ui'
import { mergeFieldStyles } from '@payloadcms/ui/shared'
import type { TextFieldClientProps } from 'payload'

type OptionsFieldProps = TextFieldClientProps & {
  values: readonly string[]
  /** Translation prefix of the options, under `helpdesk:`. */
  labels: string
  /** Key of the description, under `helpdesk:`. */
  hint?: string
  clearable?: boolean
}

/** A list to choose from over a text column, so that a new value is never a migration. */
export const OptionsField = ({
  field,
  path,
  values,
  labels,
  hint,
  clearable = false,
  readOnly,
}: OptionsFieldProps) => {
  const { t } = useTranslation()
  const { value, setValue, showError, disabled } = useField<string | null>({ path })
  const word = (option: string) => t(`helpdesk:${labels}:${option}` as never)
  return (
    <SelectInput
      path={path}
      name={field.name}
      label={field.label as string}
      {...(hint && { description: t(`helpdesk:${hint}` as never) })}
      isClearable={clearable}
      readOnly={readOnly || disabled}
      required={field.required}
      showError={showError}
      style={mergeFieldStyles(field)}
      Error={<FieldError path={path} showError={showError} />}
      options={values.map((option) => ({ value: option, label: word(option) }))}
      value={value ?? ''}
      onChange={(option) => {
        const chosen = Array.isArray(option) ? option[0] : option
        setValue((chosen as { value?: string } | null)?.value ?? null)
      }}
    />
  )
}
