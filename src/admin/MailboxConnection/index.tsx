'use client'

/** Health of the mailbox and the connection test. */
export const MailboxConnection = () => null
