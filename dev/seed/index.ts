import { getPayload } from 'payload'
import { mailClient } from '../mail/client.js'
import config from '../payload.config.js'
import { seedForms } from './forms.js'
import { seedMailboxes } from './mailboxes.js'
import { seedPages } from './pages.js'
import { seedPeople } from './people.js'
import { seedTickets } from './tickets.js'

/** Pushes the schema, makes people and mailboxes, and once the tickets (HELPDESK_SEED=people: never). */
const seed = async (): Promise<void> => {
  const payload = await getPayload({ config })
  await seedPeople(payload)
  await seedForms(payload)
  await seedPages(payload)
  const imapPort = Number(process.env.HELPDESK_IMAP_PORT)
  const smtpPort = Number(process.env.HELPDESK_SMTP_PORT)
  if (imapPort && smtpPort) await seedMailboxes(payload, { imapPort, smtpPort })
  const url = process.env.HELPDESK_MAIL_URL
  if (url && process.env.HELPDESK_SEED !== 'people') await seedTickets({ payload, mail: mailClient(url) })
}

// Payload's connections keep nothing alive by themselves while they wait.
setInterval(() => undefined, 1000)
// Whoever started this has been killed.
process.on('disconnect', () => process.exit(1))
seed().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
