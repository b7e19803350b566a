/// <reference path="./hoodiecrow.d.ts" />
import type { AddressInfo } from 'node:net'
import createServer, { type ImapConnection, type ImapServer } from 'hoodiecrow-imap'
import type { Store, StoredAccount } from './store.js'

/** Somebody whose mail is kept; without a password nobody can sign in. */
export type Account = { address: string; password?: string }

/** The IMAP side of the local mail server: plain login on the loopback address, IDLE, MOVE. */
export type ImapSide = {
  port: number
  /** Puts a mail into a folder and tells the clients that watch it. */
  append: (args: { address: string; folder?: string; raw: string; date?: Date; flags?: string[] }) => number
  /** The folder as it is now. */
  folder: (address: string, path?: string) => StoredAccount[string] | undefined
  addresses: () => string[]
  /** Gives the folder another UIDVALIDITY and its mails other UIDs, as a restored server does. */
  changeUidValidity: (address: string) => void
  /** Empties every folder of every account. */
  clear: () => void
  /** Ends the connections that are open now. */
  disconnect: () => void
  /** Adds an account while running. */
  add: (account: Account) => void
  close: () => Promise<void>
}

const plugins = [
  'ID',
  'IDLE',
  'LITERALPLUS',
  'MOVE',
  'UIDPLUS',
  'UNSELECT',
  'NAMESPACE',
  'SPECIAL-USE',
  'ENABLE',
]

/** Starts it. The server used knows one account only, so each account is one of its own behind a common entrance. */
export const startImap = async (args: {
  accounts: Account[]
  store: Store
  port?: number
}): Promise<ImapSide> => {
  const { accounts, store, port = 0 } = args
  const users: Record<string, { password: string }> = {}
  const servers = new Map<string, ImapServer>()
  const connections = new Set<ImapConnection>()
  const entrance = createServer({ plugins, users })
  entrance.setMaxListeners(0)

  const add = ({ address, password }: Account): void => {
    if (password !== undefined) users[address] = { password }
    if (servers.has(address)) return
    const server = createServer({ plugins, users: {}, storage: storageOf(store.read(address)) })
    server.setMaxListeners(0)
    servers.set(address, server)
  }
  for (const address of store.addresses()) add({ address })
  for (const account of accounts) add(account)

  const login = entrance.getCommandHandler('LOGIN')
  entrance.setCommandHandler('LOGIN', (connection, parsed, data, callback) => {
    const [name] = (parsed as { attributes?: { value?: string }[] }).attributes ?? []
    login(connection, parsed, data, callback)
    const server = servers.get(name?.value ?? '')
    if (connection.state !== 'Authenticated' || !server) return
    entrance.removeListener('notify', connection._notificationCallback)
    connection.server = server
    server.on('notify', connection._notificationCallback)
  })
  entrance.connectionHandlers.push((connection) => {
    connections.add(connection)
    // It answers in several small writes, each of which would wait 40 ms for the client's acknowledgement.
    connection.socket?.setNoDelay(true)
    connection.socket?.once('close', () => connections.delete(connection))
  })

  const save = (): void => {
    for (const [address, server] of servers) store.write(address, accountOf(server))
  }
  // Clients change flags and folders too, of which the server used gives no notice.
  const saving = setInterval(save, 2000)
  saving.unref()

  await new Promise<void>((resolve, reject) => {
    entrance.server.once('error', reject)
    entrance.listen(port, '127.0.0.1', resolve)
  })

  const disconnect = (): void => {
    for (const connection of connections) connection.socket?.destroy()
  }

  return {
    port: (entrance.server.address() as AddressInfo).port,
    append: ({ address, folder = 'INBOX', raw, date = new Date(), flags = [] }) => {
      add({ address })
      const server = servers.get(address)!
      const { message } = server.appendMessage(folder, flags, imapDate(date), raw)
      store.write(address, accountOf(server))
      return message.uid
    },
    folder: (address, path = 'INBOX') => servers.get(address)?.folderCache[path],
    addresses: () => [...servers.keys()],
    changeUidValidity: (address) => {
      const inbox = servers.get(address)?.folderCache['INBOX']
      if (!inbox) throw new Error(`There is no account ${address}.`)
      inbox.uidvalidity++
      inbox.uidnext = 1
      for (const message of inbox.messages) message.uid = inbox.uidnext++
      disconnect()
    },
    clear: () => {
      for (const { folderCache } of servers.values())
        for (const folder of Object.values(folderCache)) {
          folder.messages.length = 0
          folder.uidvalidity++
          folder.uidnext = 1
        }
      disconnect()
    },
    disconnect,
    add,
    close: async () => {
      clearInterval(saving)
      save()
      const closed = new Promise<void>((resolve) => entrance.close(resolve))
      disconnect()
      await closed
    },
  }
}

const storageOf = (account: StoredAccount | undefined): Record<string, unknown> => {
  const { INBOX: inbox, ...others } = account ?? {}
  const folders = Object.fromEntries(Object.entries(others).filter(([path]) => !path.includes('/')))
  return {
    INBOX: inbox ?? { uidvalidity: Math.floor(Date.now() / 1000), messages: [] },
    '': {
      separator: '/',
      folders: {
        Sent: { ...folders['Sent'], 'special-use': '\\Sent' },
        Trash: { ...folders['Trash'], 'special-use': '\\Trash' },
        Junk: { ...folders['Junk'], 'special-use': '\\Junk' },
        ...Object.fromEntries(Object.entries(folders).filter(([path]) => !/^(Sent|Trash|Junk)$/.test(path))),
      },
    },
  }
}

const accountOf = (server: ImapServer): StoredAccount =>
  Object.fromEntries(
    Object.entries(server.folderCache).map(([path, { uidvalidity, uidnext, messages }]) => [
      path,
      {
        uidvalidity,
        uidnext,
        messages: messages.map(({ uid, flags, internaldate, raw }) => ({ uid, flags, internaldate, raw })),
      },
    ]),
  )

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const imapDate = (date: Date): string =>
  `${String(date.getUTCDate()).padStart(2, '0')}-${months[date.getUTCMonth()]}-${date.getUTCFullYear()} ` +
  `${date.toISOString().slice(11, 19)} +0000`
