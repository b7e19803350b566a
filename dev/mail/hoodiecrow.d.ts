declare module 'hoodiecrow-imap' {
  import type { EventEmitter } from 'node:events'
  import type { Server, Socket } from 'node:net'

  export type ImapMessage = { uid: number; flags: string[]; internaldate: string; raw: string }
  export type ImapFolder = {
    path: string
    uidvalidity: number
    uidnext: number
    messages: ImapMessage[]
  }
  export type ImapConnection = {
    server: ImapServer
    socket: Socket | null
    state: string
    _notificationCallback: (...args: unknown[]) => void
  }
  type CommandHandler = (
    connection: ImapConnection,
    parsed: unknown,
    data: string,
    callback: () => void,
  ) => void

  export type ImapServer = EventEmitter & {
    server: Server
    folderCache: Record<string, ImapFolder>
    messageHandlers: ((server: ImapServer, message: ImapMessage, folder: ImapFolder) => void)[]
    connectionHandlers: ((connection: ImapConnection) => void)[]
    getCommandHandler: (command: string) => CommandHandler
    setCommandHandler: (command: string, handler: CommandHandler) => void
    appendMessage: (
      folder: string,
      flags: string[],
      internaldate: string,
      raw: string,
    ) => { message: ImapMessage }
    listen: (port: number, host: string, listening: () => void) => void
    close: (closed: () => void) => void
  }

  const createServer: (options: {
    plugins?: string[]
    users?: Record<string, { password: string }>
    storage?: Record<string, unknown>
  }) => ImapServer
  export default createServer
}
