'use client'
export { FilesField, type FilesFieldProps } from './FilesField.js'
export { PortalForm, type PortalFormProps } from './PortalForm.js'
export { type PortalFormState, type PortalFormTexts, usePortalForm } from './usePortalForm.js'
