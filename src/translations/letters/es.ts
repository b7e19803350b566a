import type { Letters } from './en.js'

export const letters: Letters = {
  ticketReceived: {
    subject: 'Re: {ticket_title}',
    body: `Hola {customer_full_name}:

Gracias por escribirnos. Hemos recibido su mensaje; su solicitud lleva el número {ticket_id}.

Le responderemos lo antes posible. Para añadir algo, responda a este correo.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketOpened: {
    subject: '{ticket_title}',
    body: `Hola {customer_full_name}:

Hemos abierto para usted la solicitud #{ticket_id}: «{ticket_title}».

Le escribiremos en cuanto haya novedades. Para añadir algo, responda a este correo.

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
    body: `Hola {customer_full_name}:

Creemos que su solicitud #{ticket_id} está resuelta. Si no es así, responda a este correo y seguiremos con ella.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketClosed: {
    subject: 'Re: {ticket_title}',
    body: `Hola {customer_full_name}:

Su solicitud #{ticket_id} se ha cerrado. Si queda algo pendiente, todavía puede responder a este correo.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketReopened: {
    subject: 'Re: {ticket_title}',
    body: `Hola {customer_full_name}:

Hemos reabierto su solicitud #{ticket_id}. Para añadir algo, responda a este correo.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketClosingSoon: {
    subject: 'Re: {ticket_title}',
    body: `Hola {customer_full_name}:

No hemos tenido noticias suyas sobre su solicitud #{ticket_id}, por lo que tenemos previsto cerrarla pronto. Para mantenerla abierta, basta con responder a este correo.

{ticket_public_url}

{mailbox_signature}`,
  },
  signIn: {
    subject: 'Su enlace de acceso a {site_name}',
    body: `Hola:

Con este enlace verá sus solicitudes en {site_name}. Solo se puede usar una vez y caduca 30 minutos después de haberlo pedido.

{ticket_public_url}

Si no lo ha pedido, puede ignorar este correo.

{mailbox_signature}`,
  },
  signInButton: 'Iniciar sesión',
  neutralSubject: 'Su solicitud #{ticket_id}',
  view: 'Ver su solicitud',
  status: { open: 'Abierta', pending: 'Esperando su respuesta', resolved: 'Resuelta', closed: 'Cerrada' },
}
