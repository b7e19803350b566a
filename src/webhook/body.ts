import { z } from 'zod'
import { isValidAddress } from '../rules/address.js'
import { cleanText } from '../rules/cleanText.js'
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
  externalId: string
  fields: Record<string, unknown>
  attachments: { filename: string; contentType: string; content: Buffer; contentId: string }[]
}

export type BodyLimits = {
  maxAttachments: number
  /** Bytes of one file. */
  maxSize: number
  /** The site's own ticket fields, which `fields` may set. */
  extraFields: readonly string[]
}

/** Characters, by RFC 5322 §2.1.1 for the subject and by what a person can read for the rest. */
const longest = { subject: 998, name: 200, message: 500_000, html: 1_000_000, externalId: 255, filename: 255 }

const line = (max: number) =>
  z
    .string()
    .transform((text) => cleanText(text).replace(/\s+/g, ' ').trim())
    .refine((text) => text.length <= max, `At most ${max} characters.`)

const filled = (text: z.ZodType<string, string>) => text.refine((value) => value !== '', 'Must not be empty.')

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

const attachment = (maxSize: number) =>
  z.strictObject({
    filename: filled(line(longest.filename)),
    contentType: line(150).default('application/octet-stream'),
    contentId: line(255).default(''),
    content: z
      .string()
      .transform((text) => text.replace(/\s+/g, ''))
      .refine((text) => base64.test(text), 'Not base64.')
      .transform((text) => Buffer.from(text, 'base64'))
      .refine((bytes) => bytes.length > 0, 'The file is empty.')
      .refine((bytes) => bytes.length <= maxSize, `Larger than ${maxSize} bytes, which is the largest file.`),
  })

const shape = ({ maxAttachments, maxSize, extraFields }: BodyLimits) =>
  z.strictObject({
    email: z
      .string()
      .transform((text) => text.trim())
      .refine(isValidAddress, 'Not an e-mail address.'),
    name: line(longest.name).default(''),
    subject: filled(line(longest.subject)),
    message: filled(
      z
        .string()
        .max(longest.message)
        .transform((text) => cleanText(text).trim()),
    ),
    html: z.string().max(longest.html).default(''),
    priority: z
      .string()
      .refine(isPriority, `One of: ${priorities.join(', ')}.`)
      .default('normal'),
    externalId: filled(line(longest.externalId)).optional(),
    fields: z
      .record(z.string(), z.unknown())
      .superRefine((given, context) => {
        for (const name of Object.keys(given))
          if (!extraFields.includes(name))
            context.addIssue({
              code: 'custom',
              path: [name],
              message: extraFields.length
                ? `No field of tickets that a call may set; there are: ${extraFields.join(', ')}.`
                : 'Tickets of this site have no fields of its own.',
            })
      })
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

export type ReadBody = { call: WebhookCall } | { errors: { field: string; detail: string }[] }

const fieldOf = (path: readonly PropertyKey[]): string => path.map(String).join('.')

/** A call's body, checked; or what is wrong with which field. */
export const readBody = (given: unknown, limits: BodyLimits): ReadBody => {
  if (!isObject(given)) return { errors: [{ field: '', detail: 'The body must be a JSON object.' }] }
  const result = shape(limits).safeParse(withoutAliases(given))
  if (result.success) {
    const { externalId = '', ...call } = result.data
    return { call: { ...call, externalId, priority: call.priority as WebhookCall['priority'] } }
  }
  return {
    errors: result.error.issues.flatMap((issue) => {
      if (issue.code === 'unrecognized_keys')
        return issue.keys.map((key) => ({
          field: fieldOf([...issue.path, key]),
          detail: 'No such field. Fields of your own tickets go into "fields".',
        }))
      const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
      return [{ field: fieldOf(issue.path), detail: isMissing ? 'Required.' : issue.message }]
    }),
  }
}
