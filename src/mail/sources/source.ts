/** What the server says of a folder when it is opened. */
export type FolderState = {
  uidValidity: number
  /** The UID that the next mail will get. */
  uidNext: number
  readOnly: boolean
}

/** A mail that lies in the folder, before it is fetched. */
export type Sighting = {
  uid: number
  /** Bytes, as the server says. */
  size: number
  internalDate: string | null
}

export type FetchResult = {
  /** By UID. Only mails that came whole. */
  mails: Map<number, Buffer>
  /** What broke the fetch off; the mails before it are good. */
  error?: unknown
}

/** Where a mailbox's mail comes from. Everything it throws is a `MailError`. */
export type MailSource = {
  /** Opens a folder and says how it stands now. */
  open: (folder: string) => Promise<FolderState>
  /** The UIDs from this one on, ascending. */
  uidsFrom: (uid: number) => Promise<number[]>
  /** Which of these UIDs are still there. */
  present: (uids: number[]) => Promise<Set<number>>
  /** Sizes and dates, in the order of the UIDs; what has gone is left out. */
  look: (uids: number[]) => Promise<Sighting[]>
  /** Whole mails, without touching a flag. */
  fetch: (sightings: Sighting[]) => Promise<FetchResult>
  /** A mail of its headers and its first text part only; null when it has gone. */
  fetchBeginning: (uid: number) => Promise<Buffer | null>
  /** UIDs of mails with this Message-ID. */
  findMessageId: (messageId: string) => Promise<number[]>
  markSeen: (uids: number[]) => Promise<void>
  move: (uids: number[], folder: string) => Promise<void>
  /** Puts a mail into a folder, e.g. the copy of a sent one. '' is the account's own Sent folder. */
  append: (args: { folder: string; raw: Buffer; flags: string[]; date?: Date }) => Promise<void>
  /** Calls back whenever the open folder gets mail, and once when the connection is lost. */
  onChange: (listener: (change: 'mail' | 'lost') => void) => void
  isUsable: () => boolean
  close: () => Promise<void>
}
