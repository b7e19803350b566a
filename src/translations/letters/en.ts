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
  /** Subject of an acknowledgement to an address that nobody has proven: it repeats nothing that the sender wrote. */
  neutralSubject: string
  /** The button that leads to the ticket. */
  view: string
  status: { open: string; pending: string; resolved: string; closed: string }
}

export const letters: Letters = {
  ticketReceived: {
    subject: 'Re: {ticket_title}',
    body: `Hello {customer_first_name},

thank you for writing to {mailbox_name}. Your message has arrived; its number is #{ticket_id}.

Somebody will answer you as soon as possible. To add anything, reply to this mail.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketOpened: {
    subject: '{ticket_title}',
    body: `Hello {customer_first_name},

we have opened request #{ticket_id} for you: "{ticket_title}".

We will write to you as soon as there is news. To add anything, reply to this mail.

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

we think that your request #{ticket_id} is solved. If it is not, reply to this mail, and we go on with it.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketClosed: {
    subject: 'Re: {ticket_title}',
    body: `Hello {customer_first_name},

your request #{ticket_id} is closed now. You can still reply to this mail if something about it is open.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketReopened: {
    subject: 'Re: {ticket_title}',
    body: `Hello {customer_first_name},

we are looking at your request #{ticket_id} again and will write to you.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketClosingSoon: {
    subject: 'Re: {ticket_title}',
    body: `Hello {customer_first_name},

we have not heard from you about your request #{ticket_id}. If there is nothing more to do we will close it soon; to keep it open, reply to this mail.

{ticket_public_url}

{mailbox_signature}`,
  },
  signIn: {
    subject: 'Your sign-in link for {site_name}',
    body: `Hello,

with this link you see your requests at {site_name}. It works once, within the next 30 minutes.

{ticket_public_url}

If you have not asked for it, you can ignore this mail.

{mailbox_signature}`,
  },
  signInButton: 'Sign in',
  neutralSubject: 'We have received your message (#{ticket_id})',
  view: 'View your request',
  status: { open: 'Open', pending: 'Waiting for you', resolved: 'Solved', closed: 'Closed' },
}
