import { z } from 'zod'
import { HelpdeskError } from '../core/errors.js'
import { isValidAddress } from '../rules/address.js'
import { cleanLine, cleanText } from '../rules/cleanText.js'
import { isLocale } from '../rules/locale.js'
import { isPriority, priorities } from '../rules/priority.js'

/** What a call says, cleaned. */
export type WebhookCall = {
  email: string
  name: string
  subject: string
  message: string
  /** Raw HTML of the message; '' without one. */
  html: string
  priority: (typeof priorities)[number]
  /** In which they are answered, as `de` or `pt-BR`; '' where it is not said. */
  language: string
  externalId: string
  fields: Record<string, unknown>
  attachments: { filename: string; contentType: string; content: Buffer; contentId: string }[]
}

export type BodyLimits = {
  maxAttachments: number
  /** Bytes of one file. */
  maxSize: number
  /** The site's own ticket fields, which `fields` may set. */
  fields: readonly string[]
}

/** Characters, by RFC 5322 §2.1.1 for the subject and by what a person can read for the rest. */
const longest = { subject: 998, name: 200, message: 500_000, html: 1_000_000, externalId: 255, filename: 255 }

const line = (max: number) =>
  z
    .string()
    .transform(cleanLine)
    .refine((text) => text.length <= max, `At most ${max} characters.`)

const filled = (text: z.ZodType<string, string>) => text.refine((value) => value !== '', 'Must not be empty.')

/** Characters one by one: a pattern of groups overflows the stack of the engine at some millions of them. */
const isBase64 = (text: string): boolean =>
  /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.replace(/=+$/, '').length % 4 !== 1

const bytesOf = (text: string): number => Math.floor((text.replace(/=+$/, '').length * 3) / 4)

/** What a database cannot hold is left out of texts, however deep they stand. */
const cleanDeep = (value: unknown): unknown => {
  if (typeof value === 'string') return cleanText(value)
  if (Array.isArray(value)) return value.map(cleanDeep)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, cleanDeep(each)]))
}

const attachment = (maxSize: number) =>
  z.strictObject({
    filename: filled(line(longest.filename)),
    contentType: line(150).default('application/octet-stream'),
    contentId: line(255).default(''),
    content: z
      .string()
      .transform((text) => text.replace(/\s+/g, ''))
      .refine(isBase64, 'Not base64.')
      .refine((text) => text !== '', 'The file is empty.')
      .refine((text) => bytesOf(text) <= maxSize, `Larger than ${maxSize} bytes, which is the largest file.`)
      .transform((text) => Buffer.from(text, 'base64')),
  })

const shape = ({ maxAttachments, maxSize, fields }: BodyLimits) =>
  z.strictObject({
    email: z
      .string()
      .transform((text) => text.trim())
      .refine((text) => isValidAddress(text) && !/\p{Cs}/u.test(text), 'Not an e-mail address.'),
    name: line(longest.name).default(''),
    subject: filled(line(longest.subject)),
    message: filled(
      z
        .string()
        .max(longest.message)
        .transform((text) => cleanText(text).trim()),
    ),
    html: z.string().max(longest.html).transform(cleanText).default(''),
    priority: z
      .string()
      .refine(isPriority, `One of: ${priorities.join(', ')}.`)
      .default('normal'),
    language: z
      .string()
      .trim()
      .refine((tag) => tag === '' || isLocale(tag), 'Not a language tag of BCP 47, like "de" or "pt-BR".')
      .default(''),
    externalId: filled(line(longest.externalId)).optional(),
    fields: z
      .record(z.string(), z.unknown())
      .superRefine((given, context) => {
        for (const name of Object.keys(given))
          if (!fields.includes(name))
            context.addIssue({
              code: 'custom',
              path: [name],
              message: fields.length
                ? `No field of tickets that a call may set; there are: ${fields.join(', ')}.`
                : 'Tickets of this site have no field that a call may set.',
            })
      })
      .transform((given) => cleanDeep(given) as Record<string, unknown>)
      .default({}),
    attachments: z
      .array(attachment(maxSize))
      .max(maxAttachments, `At most ${maxAttachments} files.`)
      .default([]),
  })

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const joined = (...words: unknown[]): string | undefined =>
  words.filter((word) => typeof word === 'string' && word.trim()).join(' ') || undefined

/** Other names that senders in the field use, where the plain one is missing. */
const withoutAliases = (given: unknown): unknown => {
  if (!isObject(given)) return given
  const { title, content, sender, ...body } = given
  const from = isObject(sender) ? sender : {}
  const named: Record<string, unknown> = {
    subject: title,
    message: content,
    email: from['email'],
    name: joined(from['first_name'], from['last_name']) ?? from['name'],
  }
  for (const [name, value] of Object.entries(named))
    if (body[name] === undefined && value !== undefined) body[name] = value
  return body
}

const fieldOf = (path: readonly PropertyKey[]): string => path.map(String).join('.') || 'body'

/** A call's body, checked. Throws `badInput`, with what is wrong by field. */
export const readBody = (given: unknown, limits: BodyLimits): WebhookCall => {
  const result = shape(limits).safeParse(withoutAliases(given))
  if (result.success) {
    const { externalId = '', priority, ...call } = result.data
    return { ...call, externalId, priority: priority as WebhookCall['priority'] }
  }
  const wrong = new Map<string, string>()
  const say = (path: readonly PropertyKey[], detail: string) => {
    const field = fieldOf(path)
    if (!wrong.has(field)) wrong.set(field, detail)
  }
  for (const issue of result.error.issues) {
    const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
    if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys)
        say([...issue.path, key], 'No such field. Fields of your own tickets go into "fields".')
    else say(issue.path, isMissing ? 'Required.' : issue.message)
  }
  const named = [...wrong].map(([field, detail]) => `${field}: ${detail}`)
  throw new HelpdeskError('badInput', { message: named.join(' '), fields: Object.fromEntries(wrong) })
}
