'use client'
import { SelectInput, useField, useTranslation } from '@payloadcms/ui'
import type { TextFieldClientProps } from 'payload'

type OptionsFieldProps = TextFieldClientProps & {
  values: readonly string[]
  /** Translation prefix of the options, under `helpdesk:`. */
  labels: string
  clearable?: boolean
}

/** A list to choose from over a text column, so that a new value is never a migration. */
export const OptionsField = ({
  field,
  path,
  values,
  labels,
  clearable = false,
  readOnly,
}: OptionsFieldProps) => {
  const { t } = useTranslation()
  const { value, setValue, showError, errorMessage } = useField<string | null>({ path })
  const word = (option: string) => t(`helpdesk:${labels}:${option}` as never)
  const description = field.admin?.description as string | undefined
  return (
    <SelectInput
      path={path}
      name={field.name}
      label={field.label as string}
      description={description}
      isClearable={clearable}
      readOnly={readOnly}
      showError={showError}
      {...(errorMessage ? { Error: <p role="alert">{errorMessage}</p> } : {})}
      options={values.map((option) => ({ value: option, label: word(option) }))}
      value={value ?? ''}
      onChange={(option) => {
        const chosen = Array.isArray(option) ? option[0] : option
        setValue((chosen as { value?: string } | null)?.value ?? null)
      }}
    />
  )
}
