const plainAddress = /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+\.[^\s@<>,;:"()[\]\\]+$/

/** One bare address: it becomes the From of every mail, so nothing that a header could misread. */
export const validAddress = (value: unknown): true | string =>
  (typeof value === 'string' && value.length <= 254 && plainAddress.test(value)) ||
  'One bare address, like help@example.com.'

export const validPort = (value: unknown): true | string =>
  value == null ||
  (Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536) ||
  'A port between 1 and 65535.'
