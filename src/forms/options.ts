import type { DocID } from '../collections/types.js'
import { isLocale } from '../rules/locale.js'
import { isPriority, type Priority, priorities } from '../rules/priority.js'

/**
 * The ticket that a form opens. What was filled in is named as in the form's own emails: `{{order}}` is what stands in
 * the field of that name.
 */
export type FormOptions = {
  /** The mailbox that gets the ticket: its address, or its id. */
  mailbox: DocID
  /**
   * The sender's address.
   * @default what was filled in in the form's first field of type email
   */
  email?: string
  /**
   * The sender's name.
   * @default the field `name` or `fullName`, or else `firstName` and `lastName`
   */
  name?: string
  /**
   * The ticket's subject.
   * @default the field `subject`, or else the form's title
   */
  subject?: string
  /**
   * The customer's message, as plain text.
   * @default the field `message` or else the form's first text area, and below it, a line each, whatever no other part names
   */
  message?: string
  /**
   * The ticket's priority.
   * @default 'normal'
   */
  priority?: Priority
  /**
   * In which language the customer is answered, where the help desk does not know theirs yet: a tag of BCP 47.
   * @default none is learned
   * @example language: 'de'
   * @example language: '{{language}}'
   */
  language?: string
  /**
   * Your own ticket fields. What their checks refuse is added to the message instead.
   * @default {}
   * @example fields: { orderNumber: '{{order}}' }
   */
  fields?: Record<string, string>
}

export type FormTicketArgs = {
  /** What was filled in, by field. */
  values: Record<string, string>
  /** The form's document. */
  form: { id: DocID; title?: string } & Record<string, unknown>
  /** The submission's document. */
  submission: { id: DocID } & Record<string, unknown>
}

/** Decides by what was filled in; null opens no ticket. It runs in the worker, again where opening fails. */
export type ChooseFormTicket = (args: FormTicketArgs) => FormOptions | null | Promise<FormOptions | null>

/** By the title of the form, or by its id. */
export type Forms = Record<string, FormOptions | ChooseFormTicket>

declare module '../core/config.js' {
  interface Helpdesk {
    forms: Forms
  }
}

const texts = ['email', 'name', 'subject', 'message', 'language'] as const
const known: readonly string[] = ['mailbox', ...texts, 'priority', 'fields']

const hasPlaceholder = (text: string): boolean => /\{\{\s*[^{}\s][^{}]*\}\}/.test(text)

/** How the option is called in a sentence. */
export const formOption = (key: string): string => `forms[${JSON.stringify(key)}]`

type CheckArgs = { key: string; ticket: FormOptions; fillable: readonly string[] }

/** What is wrong with a mapping, with the option's name; null where nothing is. */
export const wrongMapping = ({ key, ticket, fillable }: CheckArgs): string | null => {
  const option = formOption(key)
  if (typeof ticket !== 'object' || ticket === null)
    return `the option ${option} must be an object such as { mailbox: 'help@example.com' }, or a function that returns one.`
  const unknown = Object.keys(ticket).find((name) => !known.includes(name))
  if (unknown) return `the option ${option} has no "${unknown}"; it has ${known.join(', ')}.`
  if (!ticket.mailbox || !['string', 'number'].includes(typeof ticket.mailbox))
    return `the option ${option}.mailbox must be the address of a mailbox, or its id.`
  const notText = texts.find((name) => ticket[name] !== undefined && typeof ticket[name] !== 'string')
  if (notText) return `the option ${option}.${notText} must be a text.`
  if (ticket.email !== undefined && !hasPlaceholder(ticket.email))
    return `the option ${option}.email names no field. Write it as '{{email}}', email being the field's name.`
  if (ticket.priority !== undefined && !isPriority(ticket.priority))
    return `the option ${option}.priority must be one of ${priorities.join(', ')}.`
  if (ticket.language !== undefined && !hasPlaceholder(ticket.language) && !isLocale(ticket.language))
    return `the option ${option}.language must be a language tag like 'de' or 'pt-BR', or a field like '{{language}}'.`
  for (const [name, text] of Object.entries(ticket.fields ?? {})) {
    if (!fillable.includes(name))
      return `the option ${option}.fields names "${name}", which is no ticket field of yours that can be filled. Add it by helpdeskPlugin({ overrides: { tickets: { fields } } }).`
    if (typeof text !== 'string') return `the option ${option}.fields.${name} must be a text.`
  }
  return null
}

/** Refuses what could never open a ticket. What a function returns is looked at when it has returned it. */
export const refuseForms = (forms: Forms, fillable: readonly string[]): void => {
  for (const [key, ticket] of Object.entries(forms)) {
    const wrong = typeof ticket === 'function' ? null : wrongMapping({ key, ticket, fillable })
    if (wrong) throw new Error(`payload-helpdesk: ${wrong}`)
  }
}
