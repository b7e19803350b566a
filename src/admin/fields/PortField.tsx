'use client'
import { NumberField, useFormFields } from '@payloadcms/ui'
import type { NumberFieldClientProps } from 'payload'

const usual = {
  receive: { tls: 993, starttls: 143, none: 143 },
  send: { tls: 465, starttls: 587, none: 25 },
} as const

type PortFieldProps = NumberFieldClientProps & { side: keyof typeof usual }

/** A port; left empty it is the usual one, which is shown. */
export const PortField = ({ side, ...props }: PortFieldProps) => {
  const security = useFormFields(([fields]) => fields[`${side}.security`]?.value) as
    | keyof (typeof usual)['send']
    | undefined
  const placeholder = String(usual[side][security ?? 'tls'] ?? '')
  const admin = { ...props.field.admin, placeholder } as typeof props.field.admin
  return <NumberField {...props} field={{ ...props.field, admin }} />
}
