import type { Rig } from './mailRig.js'

// Mails of several parts, put together by hand.

export const withParts = { 'Content-Type': 'multipart/mixed; boundary=b' }
export const part = (headers: string, body: string): string => `--b\n${headers}\n\n${body}\n`
export const mixed = (...parts: string[]): string => `${parts.join('')}--b--\n`

/** The files of a message, in their order. */
export const filesOf = (rig: Rig, message: unknown) =>
  rig.sql<{ id: number; name: string; state: string; sha256: string }>(
    `select id, original_name name, state, sha256 from ${rig.table('attachments')}
     where message_id = $1 order by id`,
    [message],
  )
