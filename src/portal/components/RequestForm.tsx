import { priorities } from '../../rules/priority.js'
import { portalForm } from '../form.js'
import type { PortalPage } from '../page.js'
import type { TicketField } from '../ticketFields.js'
import { Act, Field, Files } from './elements.js'

const Input = ({ field, id }: { field: TicketField; id: string }) => {
  const { name, type, required, options } = field
  const common = { id, name: `fields[${name}]`, required }
  switch (type) {
    case 'textarea':
      return <textarea {...common} rows={4} maxLength={10_000} />
    case 'checkbox':
      return <input {...common} type="checkbox" />
    case 'select':
    case 'relationship':
      return (
        <select {...common} defaultValue="">
          <option value="" />
          {options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )
    default:
      return <input {...common} type={type} maxLength={1000} />
  }
}

/** A new request; of somebody who has not signed in with their address. */
export const RequestForm = async ({ page }: { page: PortalPage }) => {
  const { words, caller } = page
  const { fields, priority } = await portalForm(page)
  const isKnown = caller.kind === 'customer' || caller.kind === 'unproven'
  return (
    <Act page={page} path="/requests" send={words.send} label={words.newRequest}>
      <input type="hidden" name="request" value={page.requestKey()} />
      {!isKnown && (
        <div className="hdp-pair">
          <Field id="hdp-email" label={words.email} hint={words.emailHint}>
            <input
              id="hdp-email"
              name="email"
              type="email"
              required
              maxLength={254}
              autoComplete="email"
              aria-describedby="hdp-email-hint"
            />
          </Field>
          <Field id="hdp-name" label={words.name} optional={words.optional}>
            <input id="hdp-name" name="name" maxLength={200} autoComplete="name" />
          </Field>
        </div>
      )}
      <Field id="hdp-subject" label={words.subject}>
        <input id="hdp-subject" name="subject" required maxLength={200} />
      </Field>
      <Field id="hdp-message" label={words.message}>
        <textarea id="hdp-message" name="message" required rows={8} maxLength={100_000} />
      </Field>
      {fields.map((field) => {
        const id = `hdp-field-${field.name}`
        return (
          <Field
            key={field.name}
            id={id}
            label={field.label}
            {...(!field.required && { optional: words.optional })}
          >
            <Input field={field} id={id} />
          </Field>
        )
      })}
      {priority && (
        <Field id="hdp-priority" label={words.priority}>
          <select id="hdp-priority" name="priority" defaultValue="normal">
            {priorities.map((value) => (
              <option key={value} value={value}>
                {words.priorities[value]}
              </option>
            ))}
          </select>
        </Field>
      )}
      <Files page={page} />
      {caller.kind !== 'customer' && page.challenge}
    </Act>
  )
}
