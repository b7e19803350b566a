import { ImapFlow } from 'imapflow'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createRig, mailOf, type Rig } from './mailRig.js'

// A mailbox that is pointed at another account or folder, whose mails have the same numbers.

let rig: Rig
const rigs: Rig[] = []
beforeEach(async () => {
  rig = await createRig()
  rigs.push(rig)
})
afterAll(async () => {
  for (const each of rigs) await each.close()
})

const receive = (change: object) =>
  rig.payload.update({
    collection: 'mailboxes' as never,
    id: rig.mailbox,
    // Whoever points it elsewhere has to type the password again.
    data: { receive: { password: 'correct horse', ...change } } as never,
    depth: 0,
    overrideAccess: true,
  })

const withClient = async <T>(name: string, work: (client: ImapFlow) => Promise<T>): Promise<T> => {
  const auth = { user: `${name}@acme.test`, pass: 'correct horse' }
  const client = new ImapFlow({ ...rig.server.imap, secure: false, logger: false, auth })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.logout()
  }
}

const uidValidity = (name: string) =>
  withClient(name, async (client) => Number((await client.mailboxOpen('INBOX')).uidValidity))

/** Many servers give every folder the UIDVALIDITY 1. */
const sameUidValidity = async () => {
  for (let tries = 0; tries < 20; tries++) {
    const [help, billing] = [await uidValidity('help'), await uidValidity('billing')]
    if (help === billing) return
    rig.server.changeUidValidity(help < billing ? 'help@acme.test' : 'billing@acme.test')
  }
  throw new Error('They have different numbers for good.')
}

const deliver = (to: string, subject: string, folder?: string) =>
  rig.server.deliver({
    to: `${to}@acme.test`,
    raw: mailOf({ Subject: subject }),
    ...(folder && { folder }),
  })

const verdicts = async () => (await rig.journal()).map(({ subject, verdict }) => [subject, verdict])

describe('after the change', () => {
  it('the new account’s mail comes in from then on: nothing from before, and nothing is lost', async () => {
    await sameUidValidity()
    await rig.receive()
    for (const subject of ['One', 'Two', 'Three']) deliver('help', subject)
    await rig.receive()
    deliver('billing', 'Backlog')
    await receive({ user: 'billing@acme.test' })
    await rig.receive()
    deliver('billing', 'After the change')
    await rig.receive()
    await rig.receive()
    expect(await verdicts()).toEqual([
      ['One', 'opened'],
      ['Two', 'opened'],
      ['Three', 'opened'],
      ['After the change', 'opened'],
    ])
  })

  it('the same account under another host name goes on: what came in between is taken, and nothing twice', async () => {
    deliver('help', 'Before the change')
    await rig.receive()
    deliver('help', 'In between')
    await receive({ host: 'localhost' })
    deliver('help', 'After the change')
    await rig.receive()
    expect(await verdicts()).toEqual([
      ['Before the change', 'opened'],
      ['Before the change', 'duplicate'],
      ['In between', 'opened'],
      ['After the change', 'opened'],
    ])
  })

  it('the new account’s backlog is not imported, also where the old one was empty', async () => {
    await sameUidValidity()
    for (const subject of ['Backlog 1', 'Backlog 2']) deliver('billing', subject)
    await receive({ user: 'billing@acme.test' })
    await rig.receive()
    expect(await verdicts()).toEqual([])
    deliver('billing', 'New')
    await rig.receive()
    expect(await verdicts()).toEqual([['New', 'opened']])
    await receive({ user: 'help@acme.test' })
    await rig.receive()
    deliver('help', 'Back again')
    await rig.receive()
    expect(await verdicts()).toEqual([
      ['New', 'opened'],
      ['Back again', 'opened'],
    ])
  })

  const due = () => rig.sql(`update ${rig.table('mailboxState')} set next_try_at = null`)
  const fetchOnly = async () => {
    await due()
    await rig.run('mail.fetch')
  }

  it('a mail that was taken in before it is not marked in the new account, where another has its number', async () => {
    await sameUidValidity()
    await receive({ afterwards: 'seen' })
    deliver('help', 'Taken in before')
    await fetchOnly()
    deliver('billing', 'Not ours')
    await receive({ user: 'billing@acme.test' })
    await fetchOnly()
    await rig.run('mail.process')
    await fetchOnly()
    expect(await verdicts()).toEqual([['Taken in before', 'opened']])
    const flags = await withClient('billing', async (client) => {
      await client.mailboxOpen('INBOX', { readOnly: true })
      return (await client.fetchAll('1:*', { flags: true })).map((mail) => mail.flags?.has('\\Seen'))
    })
    expect(flags).toEqual([false])
  })

  it('a mail that was taken in before it is no mail from before the start', async () => {
    deliver('help', 'Taken in before')
    await fetchOnly()
    await sameUidValidity()
    rig.server.changeUidValidity('billing@acme.test')
    await receive({ user: 'billing@acme.test' })
    await fetchOnly()
    await rig.run('mail.process')
    expect(await verdicts()).toEqual([['Taken in before', 'opened']])
  })

  it('another password, port or wish is no other account', async () => {
    await receive({ afterwards: 'seen' })
    deliver('help', 'In between')
    await rig.receive()
    expect(await verdicts()).toEqual([['In between', 'opened']])
  })
})
