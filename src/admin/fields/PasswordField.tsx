'use client'
import { FieldError, FieldLabel, useDocumentInfo, useField, useFormFields } from '@payloadcms/ui'
import { mergeFieldStyles } from '@payloadcms/ui/shared'
import type { TextFieldClientProps } from 'payload'
import { useEffect, useRef } from 'react'
import { useText } from '../desk/useText.js'

const identity = ['host', 'port', 'security', 'user'] as const

/**
 * A password that can be typed and never read back: the field says only whether one is stored, and that it has to be
 * typed again once it would go to another server or user.
 */
export const PasswordField = ({ field, path, readOnly }: TextFieldClientProps) => {
  const text = useText()
  const { value, setValue, showError, disabled } = useField<string | null>({ path })
  const { lastUpdateTime } = useDocumentInfo()
  const savedAt = useRef(lastUpdateTime)
  useEffect(() => {
    if (savedAt.current === lastUpdateTime) return
    savedAt.current = lastUpdateTime
    // What was typed is stored now, and is not kept on the page.
    setValue(null, true)
  }, [lastUpdateTime, setValue])
  const side = path.split('.').slice(0, -1).join('.')
  const isStored = useFormFields(([fields]) => Boolean(fields[`${side}.hasPassword`]?.value))
  const isElsewhere = useFormFields(([fields]) =>
    identity.some((key) => {
      const at = fields[`${side}.${key}`]
      return (at?.value || null) !== (at?.initialValue || null)
    }),
  )
  const hasUser = useFormFields(([fields]) => Boolean(fields[`${side}.user`]?.value))
  const isNeeded = isStored && isElsewhere && hasUser && !value
  const id = `field-${path.replace(/\./g, '__')}`
  const hint = isNeeded ? 'again' : isStored ? 'kept' : 'none'
  return (
    <div
      className={`field-type text hd-password${showError || isNeeded ? ' error' : ''}`}
      style={mergeFieldStyles(field)}
    >
      <FieldLabel label={field.label} path={path} htmlFor={id} />
      <div className="field-type__wrap">
        <FieldError path={path} showError={showError} />
        <input
          id={id}
          name={path}
          type="password"
          autoComplete="new-password"
          disabled={readOnly || disabled}
          aria-invalid={showError || isNeeded}
          aria-describedby={`${id}-hint`}
          placeholder={isStored && !isNeeded ? '••••••••' : ''}
          value={value ?? ''}
          onChange={(event) => setValue(event.target.value || null)}
        />
      </div>
      <div id={`${id}-hint`} className={`field-description hd-password__hint--${hint}`} role="status">
        {text(`mailbox:password:${hint}`)}
      </div>
    </div>
  )
}
