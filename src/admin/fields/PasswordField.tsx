'use client'
import { FieldLabel, useField, useFormFields, useTranslation } from '@payloadcms/ui'
import type { TextFieldClientProps } from 'payload'

/** A password that can be typed and never read back: the field says only whether one is stored. */
export const PasswordField = ({ field, path, readOnly }: TextFieldClientProps) => {
  const { t } = useTranslation()
  const { value, setValue, showError, errorMessage } = useField<string | null>({ path })
  const side = path.split('.').slice(0, -1).join('.')
  const stored = useFormFields(([fields]) => Boolean(fields[`${side}.hasPassword`]?.value))
  const id = `field-${path.replace(/\./g, '__')}`
  return (
    <div className="field-type text" style={{ flex: '1 1 50%' }}>
      <FieldLabel label={field.label} path={path} htmlFor={id} />
      <div className="field-type__wrap">
        <input
          id={id}
          type="password"
          autoComplete="new-password"
          disabled={readOnly}
          aria-invalid={showError}
          placeholder={t(
            (stored ? 'helpdesk:mailbox:passwordKept' : 'helpdesk:mailbox:passwordNone') as never,
          )}
          value={value ?? ''}
          onChange={(event) => setValue(event.target.value || null)}
        />
        {showError && <p role="alert">{errorMessage}</p>}
      </div>
    </div>
  )
}
