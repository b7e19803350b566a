import type { Letters } from './en.js'

export const letters: Letters = {
  ticketReceived: {
    subject: 'Re: {ticket_title}',
    body: `Bonjour {customer_full_name},

Merci d’avoir écrit à {mailbox_name}. Votre message est bien arrivé ; il porte le numéro #{ticket_id}.

Nous vous répondrons dès que possible. Pour ajouter quelque chose, répondez à cet e-mail.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketOpened: {
    subject: '{ticket_title}',
    body: `Bonjour {customer_full_name},

Nous avons ouvert la demande #{ticket_id} pour vous : « {ticket_title} ».

Nous vous écrirons dès qu’il y aura du nouveau. Pour ajouter quelque chose, répondez à cet e-mail.

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
    body: `Bonjour {customer_full_name},

Nous pensons que votre demande #{ticket_id} est résolue. Si ce n’est pas le cas, répondez à cet e-mail et nous la reprendrons.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketClosed: {
    subject: 'Re: {ticket_title}',
    body: `Bonjour {customer_full_name},

Votre demande #{ticket_id} est maintenant close. Si un point reste ouvert, vous pouvez toujours répondre à cet e-mail.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketReopened: {
    subject: 'Re: {ticket_title}',
    body: `Bonjour {customer_full_name},

Nous examinons de nouveau votre demande #{ticket_id} et nous vous écrirons.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketClosingSoon: {
    subject: 'Re: {ticket_title}',
    body: `Bonjour {customer_full_name},

Nous n’avons plus eu de vos nouvelles au sujet de votre demande #{ticket_id}. S’il n’y a plus rien à faire, nous la clôturerons bientôt ; pour la garder ouverte, répondez à cet e-mail.

{ticket_public_url}

{mailbox_signature}`,
  },
  signIn: {
    subject: 'Votre lien de connexion à {site_name}',
    body: `Bonjour,

Ce lien vous donne accès à vos demandes sur {site_name}. Il n’est utilisable qu’une seule fois et expire dans 30 minutes.

{ticket_public_url}

Si vous ne l’avez pas demandé, ignorez cet e-mail.

{mailbox_signature}`,
  },
  signInButton: 'Se connecter',
  neutralSubject: 'Votre demande #{ticket_id}',
  view: 'Voir votre demande',
  status: { open: 'Ouverte', pending: 'En attente de votre réponse', resolved: 'Résolue', closed: 'Close' },
}
