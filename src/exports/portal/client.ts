'use client'
export {
  FilesField,
  type FilesFieldProps,
  PortalForm,
  type PortalFormProps,
  type PortalFormState,
  type PortalFormTexts,
  usePortalForm,
} from '../../portal/client/index.js'
