import type { Letters } from './en.js'

export const letters: Letters = {
  ticketReceived: {
    subject: 'Re: {ticket_title}',
    body: `Guten Tag {customer_full_name},

vielen Dank für Ihre Nachricht. Sie ist bei uns eingegangen; Ihre Anfrage hat die Nummer {ticket_id}.

Wir antworten Ihnen so bald wie möglich. Wenn Sie etwas ergänzen möchten, antworten Sie einfach auf diese E-Mail.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketOpened: {
    subject: '{ticket_title}',
    body: `Guten Tag {customer_full_name},

wir haben für Sie die Anfrage #{ticket_id} angelegt: „{ticket_title}“.

Wir schreiben Ihnen, sobald es Neues gibt. Wenn Sie etwas ergänzen möchten, antworten Sie einfach auf diese E-Mail.

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
    body: `Guten Tag {customer_full_name},

wir gehen davon aus, dass Ihre Anfrage #{ticket_id} erledigt ist. Falls nicht, antworten Sie einfach auf diese E-Mail; dann kümmern wir uns weiter darum.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketClosed: {
    subject: 'Re: {ticket_title}',
    body: `Guten Tag {customer_full_name},

Ihre Anfrage #{ticket_id} ist nun geschlossen. Wenn dazu noch etwas offen ist, können Sie weiterhin auf diese E-Mail antworten.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketReopened: {
    subject: 'Re: {ticket_title}',
    body: `Guten Tag {customer_full_name},

wir haben Ihre Anfrage #{ticket_id} wieder geöffnet. Wenn Sie etwas ergänzen möchten, antworten Sie einfach auf diese E-Mail.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketClosingSoon: {
    subject: 'Re: {ticket_title}',
    body: `Guten Tag {customer_full_name},

zu Ihrer Anfrage #{ticket_id} haben wir nichts mehr von Ihnen gehört und möchten sie daher bald schließen. Wenn sie offen bleiben soll, antworten Sie einfach auf diese E-Mail.

{ticket_public_url}

{mailbox_signature}`,
  },
  signIn: {
    subject: 'Ihr Anmelde-Link für {site_name}',
    body: `Guten Tag,

mit diesem Link sehen Sie Ihre Anfragen bei {site_name}. Er kann einmal verwendet werden und läuft 30 Minuten nach der Anforderung ab.

{ticket_public_url}

Wenn Sie ihn nicht angefordert haben, können Sie diese E-Mail ignorieren.

{mailbox_signature}`,
  },
  signInButton: 'Anmelden',
  neutralSubject: 'Ihre Anfrage #{ticket_id}',
  view: 'Anfrage ansehen',
  status: { open: 'Offen', pending: 'Wartet auf Sie', resolved: 'Erledigt', closed: 'Geschlossen' },
}
