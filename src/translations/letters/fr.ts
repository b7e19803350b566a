import type { Letters } from './en.js'

export const letters: Letters = {
  ticketReceived: {
    subject: 'Re: {ticket_title}',
    body: `Bonjour {customer_full_name},

Merci de nous avoir écrit. Nous avons bien reçu votre message ; votre demande porte le numéro {ticket_id}.

Nous vous répondrons dès que possible. Pour ajouter quelque chose, il vous suffit de répondre à cet e-mail.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketOpened: {
    subject: '{ticket_title}',
    body: `Bonjour {customer_full_name},

Nous avons ouvert la demande #{ticket_id} pour vous : « {ticket_title} ».

Nous vous écrirons dès qu’il y aura du nouveau. Pour ajouter quelque chose, il vous suffit de répondre à cet e-mail.

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

Nous pensons que votre demande #{ticket_id} est résolue. Si ce n’est pas le cas, il vous suffit de répondre à cet e-mail et nous la reprendrons.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketClosed: {
    subject: 'Re: {ticket_title}',
    body: `Bonjour {customer_full_name},

Votre demande #{ticket_id} est maintenant clôturée. Si un point reste en suspens, vous pouvez toujours répondre à cet e-mail.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketReopened: {
    subject: 'Re: {ticket_title}',
    body: `Bonjour {customer_full_name},

Nous avons rouvert votre demande #{ticket_id}. Pour ajouter quelque chose, il vous suffit de répondre à cet e-mail.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketClosingSoon: {
    subject: 'Re: {ticket_title}',
    body: `Bonjour {customer_full_name},

Nous n’avons plus eu de vos nouvelles au sujet de votre demande #{ticket_id} et prévoyons donc de la clôturer bientôt. Pour la garder ouverte, il vous suffit de répondre à cet e-mail.

{ticket_public_url}

{mailbox_signature}`,
  },
  signIn: {
    subject: 'Votre lien de connexion à {site_name}',
    body: `Bonjour,

Ce lien vous donne accès à vos demandes sur {site_name}. Il n’est utilisable qu’une seule fois et expire 30 minutes après avoir été demandé.

{ticket_public_url}

Si vous ne l’avez pas demandé, vous pouvez ignorer cet e-mail.

{mailbox_signature}`,
  },
  signInButton: 'Se connecter',
  neutralSubject: 'Votre demande #{ticket_id}',
  view: 'Voir votre demande',
  status: {
    open: 'Ouverte',
    pending: 'En attente de votre réponse',
    resolved: 'Résolue',
    closed: 'Clôturée',
  },
}
