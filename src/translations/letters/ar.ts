import type { Letters } from './en.js'

export const letters: Letters = {
  ticketReceived: {
    subject: 'Re: {ticket_title}',
    body: `مرحبًا {customer_full_name}،

شكرًا لمراسلتكم {mailbox_name}. وصلتنا رسالتكم، ورقم طلبكم {ticket_id}.

سنردّ عليكم في أقرب وقت ممكن. لإضافة أي شيء، يُرجى الرد على هذه الرسالة.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketOpened: {
    subject: '{ticket_title}',
    body: `مرحبًا {customer_full_name}،

لقد فتحنا لكم الطلب رقم {ticket_id}: «{ticket_title}».

سنكتب إليكم فور توفر أي جديد. لإضافة أي شيء، يُرجى الرد على هذه الرسالة.

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
    body: `مرحبًا {customer_full_name}،

نعتقد أن طلبكم رقم {ticket_id} قد حُلّ. إن لم يكن الأمر كذلك، فيُرجى الرد على هذه الرسالة لنتابع العمل عليه.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketClosed: {
    subject: 'Re: {ticket_title}',
    body: `مرحبًا {customer_full_name}،

أُغلق طلبكم رقم {ticket_id} الآن. إذا بقي أي أمر عالق، فلا يزال بإمكانكم الرد على هذه الرسالة.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketReopened: {
    subject: 'Re: {ticket_title}',
    body: `مرحبًا {customer_full_name}،

لقد أعدنا فتح طلبكم رقم {ticket_id}. لإضافة أي شيء، يُرجى الرد على هذه الرسالة.

{ticket_public_url}

{mailbox_signature}`,
  },
  ticketClosingSoon: {
    subject: 'Re: {ticket_title}',
    body: `مرحبًا {customer_full_name}،

لم يصلنا منكم أي رد بشأن طلبكم رقم {ticket_id}، ولذلك نعتزم إغلاقه قريبًا. لإبقائه مفتوحًا، يُرجى الرد على هذه الرسالة.

{ticket_public_url}

{mailbox_signature}`,
  },
  signIn: {
    subject: 'رابط تسجيل الدخول إلى {site_name}',
    body: `مرحبًا،

بهذا الرابط يمكنكم رؤية طلباتكم في {site_name}. يعمل مرة واحدة فقط وتنتهي صلاحيته بعد 30 دقيقة من طلبه.

{ticket_public_url}

إذا لم تطلبوه، فيمكنكم تجاهل هذه الرسالة.

{mailbox_signature}`,
  },
  signInButton: 'تسجيل الدخول',
  neutralSubject: 'طلبكم رقم {ticket_id}',
  view: 'عرض طلبكم',
  status: { open: 'مفتوح', pending: 'بانتظار ردكم', resolved: 'تم الحل', closed: 'مغلق' },
}
