import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A mail in a folder, as the store keeps it. */
export type StoredMail = { uid: number; flags: string[]; internaldate: string; raw: string }

/** A folder of an account. */
export type StoredFolder = { uidvalidity: number; uidnext: number; messages: StoredMail[] }

/** All folders of an account by their paths. */
export type StoredAccount = Record<string, StoredFolder>

/** Keeps mail on disk, or nowhere when it is not given a folder. Raw mails are binary strings. */
export type Store = {
  read: (address: string) => StoredAccount | undefined
  write: (address: string, account: StoredAccount) => void
  addresses: () => string[]
}

/** A store for tests: what is in memory is all there is. */
export const memoryStore = (): Store => ({
  read: () => undefined,
  write: () => undefined,
  addresses: () => [],
})

/**
 * One folder an address: an index, and one file a mail. UIDs and UIDVALIDITY stay what they were, as a mail client
 * remembers them.
 */
export const diskStore = (root: string): Store => {
  const written = new Map<string, string>()
  const folderOf = (address: string): string => join(root, encodeURIComponent(address))
  const fileOf = (address: string, path: string, folder: StoredFolder, uid: number): string =>
    join(folderOf(address), `${encodeURIComponent(path)}-${folder.uidvalidity}`, `${uid}.eml`)

  return {
    addresses: () => {
      mkdirSync(root, { recursive: true })
      return readdirSync(root).map(decodeURIComponent)
    },
    read: (address) => {
      let index: StoredAccount
      try {
        index = JSON.parse(readFileSync(join(folderOf(address), 'index.json'), 'utf8')) as StoredAccount
      } catch {
        return undefined
      }
      for (const [path, folder] of Object.entries(index))
        for (const mail of folder.messages)
          mail.raw = readFileSync(fileOf(address, path, folder, mail.uid), 'latin1')
      written.set(address, indexOf(index))
      return index
    },
    write: (address, account) => {
      const index = indexOf(account)
      if (written.get(address) === index) return
      const known = JSON.parse(written.get(address) ?? '{}') as StoredAccount
      for (const [path, folder] of Object.entries(account)) {
        const before = known[path]?.uidvalidity === folder.uidvalidity ? known[path]!.messages : []
        const kept = new Set(before.map((mail) => mail.uid))
        for (const mail of folder.messages) {
          if (kept.delete(mail.uid)) continue
          const file = fileOf(address, path, folder, mail.uid)
          mkdirSync(dirname(file), { recursive: true })
          writeFileSync(file, mail.raw, 'latin1')
        }
        for (const uid of kept) rmSync(fileOf(address, path, folder, uid), { force: true })
      }
      mkdirSync(folderOf(address), { recursive: true })
      const file = join(folderOf(address), 'index.json')
      writeFileSync(`${file}.new`, index)
      renameSync(`${file}.new`, file)
      written.set(address, index)
    },
  }
}

const indexOf = (account: StoredAccount): string =>
  JSON.stringify(account, (key, value) => (key === 'raw' ? undefined : value))
