/** The words of a mail that is made of a template: plain text with `{tokens}`. */
export type LetterWords = { subject: string; body: string }

/** What customers are told by mail, and the few words that such mails need besides. */
export type Letters = {
  /** A new ticket of theirs has arrived. */
  ticketReceived: LetterWords
  /** An agent has opened a ticket on their behalf. */
  ticketOpened: LetterWords
  /** An agent has answered. */
  agentReplied: LetterWords
  ticketResolved: LetterWords
  ticketClosed: LetterWords
  /** An agent has taken the ticket up again. */
  ticketReopened: LetterWords
  /** It will be closed soon, unless they write. */
  ticketClosingSoon: LetterWords
  /** Brings a sign-in link of the portal. */
  signIn: LetterWords
  signInButton: string
  /** Subject of a mail to an address that nobody has proven: it repeats nothing that the sender wrote. */
  neutralSubject: string
  /** The button that leads to the ticket. */
  view: string
  status: { open: string; pending: string; resolved: string; closed: string }
}

export const letters: Letters = {
  ticketReceived: {
    subject: 'Re: {ticket_title}',
    body: `Hello {customer_first_name},

Thank you for writing to {mailbox_name}. We have received your message; its number is #{ticket_id}.

We’ll reply as soon as we can. To add anything, just reply to this email.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketOpened: {
    subject: '{ticket_title}',
    body: `Hello {customer_first_name},

We have opened request #{ticket_id} for you: “{ticket_title}”.

We’ll write to you as soon as there is news. To add anything, just reply to this email.

{ticket_public_url}

{mailbox_signature}`,
  },
  agentReplied: {
    subject: 'Re: {ticket_title}',
    body: `{reply_content}

{mailbox_signature}

{ticket_public_url}`,
  },
  ticketResolved: {
    subject: 'Re: {ticket_title}',
    body: `Hello {customer_first_name},

We believe your request #{ticket_id} has been solved. If it hasn’t, just reply to this email and we’ll pick it up again.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketClosed: {
    subject: 'Re: {ticket_title}',
    body: `Hello {customer_first_name},

Your request #{ticket_id} is now closed. If anything is still open, just reply to this email.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketReopened: {
    subject: 'Re: {ticket_title}',
    body: `Hello {customer_first_name},

We have reopened your request #{ticket_id}. To add anything, just reply to this email.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketClosingSoon: {
    subject: 'Re: {ticket_title}',
    body: `Hello {customer_first_name},

We have not heard from you about your request #{ticket_id}, so we plan to close it soon. To keep it open, just reply to this email.

{ticket_public_url}

{mailbox_signature}`,
  },
  signIn: {
    subject: 'Your sign-in link for {site_name}',
    body: `Hello,

Use this link to see your requests at {site_name}. It works only once and expires 30 minutes after it was requested.

{ticket_public_url}

If you didn’t ask for it, you can ignore this email.

{mailbox_signature}`,
  },
  signInButton: 'Sign in',
  neutralSubject: 'Your request #{ticket_id}',
  view: 'View your request',
  status: { open: 'Open', pending: 'Waiting for you', resolved: 'Solved', closed: 'Closed' },
}
