import type { Validate } from 'payload'

const plainAddress = /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+\.[^\s@<>,;:"()[\]\\]+$/

/** One bare address: it becomes the From of every mail, so nothing that a header could misread. */
export const validAddress: Validate = (value: unknown, { req }) =>
  (typeof value === 'string' && value.trim().length <= 254 && plainAddress.test(value.trim())) ||
  req.t('helpdesk:mailbox:addressInvalid' as never)

export const validPort: Validate = (value: unknown, { req }) =>
  value == null ||
  (Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536) ||
  req.t('helpdesk:mailbox:portInvalid' as never)
