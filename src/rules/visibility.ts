/** What an entry of a ticket is. */
export const messageKinds = ['customer', 'reply', 'note'] as const
export type MessageKind = (typeof messageKinds)[number]

/** Who may see it: the customer too, or the team alone. */
export const visibilities = ['customer', 'team'] as const
export type Visibility = (typeof visibilities)[number]

/** The one rule by which anything may be shown or sent to a customer. */
export const isForCustomer = (message: { kind: string; visibility: string }): boolean =>
  message.visibility === 'customer' && message.kind !== 'note'
