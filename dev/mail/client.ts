import type { FaultJson, MailJson } from './control.js'

/** What another process may do with the local mail server, over its control port. */
export type MailClient = {
  addresses: () => Promise<string[]>
  /** The mails in somebody's folder, oldest first. */
  mailbox: (address: string, folder?: string) => Promise<RemoteMail[]>
  /** Waits for a mail whose source contains the text. */
  waitFor: (address: string, contains?: string, timeoutMs?: number) => Promise<RemoteMail>
  /** Puts these very bytes into a folder, the INBOX unless told otherwise. */
  deliver: (args: {
    to: string
    raw: string | Buffer
    date?: Date
    folder?: string
  }) => Promise<{ uid: number }>
  fault: (fault: FaultJson) => Promise<void>
  /** Ends all faults. */
  reset: () => Promise<void>
  changeUidValidity: (address: string) => Promise<void>
  disconnect: () => Promise<void>
  /** Throws all mail away. */
  clear: () => Promise<void>
}

export type RemoteMail = { uid: number; receivedAt: Date; raw: Buffer; text: string }

/** Talks to the control port at the given address. */
export const mailClient = (url: string): MailClient => {
  const call = async <T>(path: string, body?: object): Promise<T> => {
    const init = body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    const response = await fetch(`${url}${path}`, { ...init, cache: 'no-store' })
    const answer = (await response.json()) as T & { error?: string }
    if (!response.ok) throw new Error(answer.error ?? `The mail server answered ${response.status}.`)
    return answer
  }
  const query = (values: Record<string, string | number | undefined>): string =>
    new URLSearchParams(
      Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
    ).toString()

  return {
    addresses: () => call('/addresses'),
    mailbox: async (address, folder) =>
      (await call<MailJson[]>(`/mailbox?${query({ address, folder })}`)).map(fromJson),
    waitFor: async (address, contains, timeoutMs) =>
      fromJson(await call<MailJson>(`/wait?${query({ address, contains, timeout: timeoutMs })}`)),
    deliver: ({ raw, ...rest }) => call('/deliver', { ...rest, raw: Buffer.from(raw).toString('base64') }),
    fault: (fault) => call('/fault', fault),
    reset: () => call('/reset', {}),
    changeUidValidity: (address) => call('/uidvalidity', { address }),
    disconnect: () => call('/disconnect', {}),
    clear: () => call('/clear', {}),
  }
}

const fromJson = ({ uid, receivedAt, raw }: MailJson): RemoteMail => {
  const bytes = Buffer.from(raw, 'base64')
  return { uid, receivedAt: new Date(receivedAt), raw: bytes, text: bytes.toString('utf8') }
}
