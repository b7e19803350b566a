'use client'
export { OptionsField } from '../admin/fields/OptionsField.js'
export { PasswordField } from '../admin/fields/PasswordField.js'
export { MailboxConnection } from '../admin/MailboxConnection/index.js'
