import { getPayload } from 'payload'
import { mailClient } from '../mail/client.js'
import config from '../payload.config.js'
import { seedMailboxes } from './mailboxes.js'
import { seedPeople } from './people.js'
import { seedTickets } from './tickets.js'

/** Pushes the schema, makes people and mailboxes, and tickets where there are none (HELPDESK_SEED=people: never). */
const seed = async (): Promise<void> => {
  const payload = await getPayload({ config })
  await seedPeople(payload)
  const imapPort = Number(process.env.HELPDESK_IMAP_PORT)
  const smtpPort = Number(process.env.HELPDESK_SMTP_PORT)
  if (imapPort && smtpPort) await seedMailboxes(payload, { imapPort, smtpPort })
  const { totalDocs } = await payload.count({ collection: 'tickets', overrideAccess: true })
  const url = process.env.HELPDESK_MAIL_URL
  if (totalDocs === 0 && process.env.HELPDESK_SEED !== 'people')
    await seedTickets({ payload, mail: url ? mailClient(url) : undefined })
}

// Payload's connections keep nothing alive by themselves while they wait.
const awake = setInterval(() => undefined, 1000)
seed().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
awake.ref()
