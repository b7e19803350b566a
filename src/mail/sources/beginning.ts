/** The part of an IMAP body structure that is read here. */
export type Structure = {
  part?: string | undefined
  type: string
  parameters?: Record<string, string> | undefined
  encoding?: string | undefined
  disposition?: string | undefined
  childNodes?: Structure[] | undefined
}

const leaves = (node: Structure): Structure[] =>
  node.childNodes?.length ? node.childNodes.flatMap(leaves) : [node]

/** The text that a reader would see first: plain before HTML, no attachment. */
export const firstTextPart = (root: Structure): Structure | null => {
  const texts = leaves(root).filter((leaf) => leaf.disposition?.toLowerCase() !== 'attachment')
  return (
    texts.find((leaf) => leaf.type.toLowerCase() === 'text/plain') ??
    texts.find((leaf) => leaf.type.toLowerCase() === 'text/html') ??
    null
  )
}

const describesBody = /^(content-[a-z-]+|mime-version)[ \t]*:/i

/** Headers without those that describe a body, which is another one now. */
const withoutBodyHeaders = (headers: string): string => {
  const kept: string[] = []
  let dropping = false
  for (const line of headers.split(/\r?\n/)) {
    if (!line) break
    if (!/^[ \t]/.test(line)) dropping = describesBody.test(line)
    if (!dropping) kept.push(line)
  }
  return kept.join('\r\n')
}

const safe = (value: string): string => value.replace(/[^\w.+-]/g, '')

/** A mail of the original headers and the beginning of one text part. */
export const beginningOf = (args: { headers: Buffer; part: Structure | null; body: Buffer }): Buffer => {
  const { headers, part, body } = args
  const charset = safe(part?.parameters?.['charset'] ?? 'utf-8')
  const lines = [
    withoutBodyHeaders(headers.toString('latin1')),
    'MIME-Version: 1.0',
    `Content-Type: ${part?.type.toLowerCase() === 'text/html' ? 'text/html' : 'text/plain'}; charset=${charset}`,
    `Content-Transfer-Encoding: ${safe(part?.encoding ?? '8bit') || '8bit'}`,
    '',
    '',
  ]
  return Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), body])
}
