import type { Agent, Box, Person, Story } from '../story.js'
import { ago, assign, day, mail, reply, status, story } from '../story.js'
import { person } from './customers.js'

/** A question and, where there is one, its answer. */
type Short = {
  box?: Box
  from: Person
  subject: string
  /** Working days ago and the time, or how long ago. */
  at: [days: number, time: string] | string
  text: string
  answer?: { by: Agent; after: string; text: string }
  thanks?: { after: string; text: string }
  /** What became of it after the answer or the thanks. */
  end?: 'resolved' | 'closed'
}

const shorts: Short[] = [
  {
    from: person('Hannah Price', 'hannah.price@post.example'),
    subject: 'Do you have a catalogue on paper?',
    at: [21, '10:12'],
    text: 'My father orders from you but has no computer. Is there a printed catalogue?\n\nHannah',
    answer: {
      by: 'kim',
      after: '3h',
      text: 'Hello Hannah, there is! It left today by post. Greetings to your father.',
    },
    end: 'closed',
  },
  {
    from: person('Ben Osei', 'ben.osei@osei-films.example', { company: 'Osei Films' }),
    subject: 'Renting twenty fake rocks',
    at: [18, '13:40'],
    text: 'We shoot a desert scene in Wales. Can we rent twenty fake rocks for a week? Size: a person should be able to hide behind one.',
    answer: {
      by: 'dana',
      after: '2h',
      text: 'Hello Ben,\n\nwith pleasure. Twenty rocks, one week, 18.00 each, delivered to the set. They weigh 3 kg, please do not throw them.',
    },
    thanks: { after: '3h', text: 'Booked, thank you!' },
    end: 'closed',
  },
  {
    from: person('Claire Dubois', 'claire.dubois@courriel.example', { locale: 'fr' }),
    subject: 'Notice en français ?',
    at: [14, '17:25'],
    text: 'Bonjour, existe-t-il une notice en français pour le parasol Sahara 3 ?\n\nMerci,\nClaire',
    answer: {
      by: 'dana',
      after: '16h',
      text: 'Bonjour Claire, oui : https://acme.test/notices/sahara-3-fr. Bonne journée !',
    },
    end: 'closed',
  },
  {
    from: person('Gerald Knox', 'gknox@knox-hardware.example', { company: 'Knox Hardware' }),
    subject: 'Reseller discount',
    at: [12, '09:05'],
    text: 'We run two hardware stores and would like to sell your anvils. What discount do resellers get?',
    answer: {
      by: 'kim',
      after: '5h',
      text: 'Hello Gerald,\n\n20 % from ten pieces on, 25 % from fifty. The reseller form is at https://acme.test/resellers.',
    },
    end: 'resolved',
  },
  {
    from: person('Yusuf Demir', 'yusuf@demir-insaat.example', { locale: 'tr' }),
    subject: 'Kargo takip numarası',
    at: [10, '11:50'],
    text: 'Merhaba, A-20422 numaralı siparişimin kargo takip numarasını alabilir miyim?\n\nTeşekkürler,\nYusuf Demir',
    answer: { by: 'sam', after: '1h', text: 'Merhaba Yusuf Bey, takip numaranız SL-4470-1187. İyi günler!' },
    thanks: { after: '40m', text: 'Teşekkürler 👍' },
    end: 'closed',
  },
  {
    from: person('Astrid Nilsen', 'astrid@nilsen-fjell.example', { locale: 'no' }),
    subject: 'Solkrem i bulk',
    at: [9, '08:31'],
    text: 'Hei! Selger dere solkrem i 5-literskanner? Vi skal til Sahara med skoleklassen.\n\nAstrid',
    answer: { by: 'kim', after: '2h', text: 'Hei Astrid! Ja, varenummer S-500. God tur til Sahara!' },
    end: 'closed',
  },
  {
    from: person('Derek Hume', 'derek@hume-haulage.example'),
    subject: 'Driver waited 40 minutes at your gate',
    at: [7, '12:10'],
    text: 'Our driver waited 40 minutes at your gate 3 this morning before anybody came. We charge waiting time from 30 minutes on. Please make sure this does not happen again.\n\nD. Hume',
    answer: {
      by: 'dana',
      after: '1h',
      text: 'Hello Mr Hume,\n\nplease excuse this. Gate 3 is closed on Mondays, it should have said so on the collection order. We changed the text today, and we pay the ten minutes of course.',
    },
    end: 'resolved',
  },
  {
    box: 'billing',
    from: person('Annika Berg', 'annika.berg@berg-ateljé.example', { locale: 'sv' }),
    subject: 'Kvitto saknas',
    at: [5, '13:13'],
    text: 'Hej, jag har inte fått något kvitto för A-20451. Kan ni skicka det?\n\nAnnika',
    answer: {
      by: 'sam',
      after: '50m',
      text: 'Hej Annika, kvittot skickades om i dag till den här adressen.',
    },
    end: 'resolved',
  },
  {
    from: person('Miguel Santos', 'miguel.santos@correio.example', { locale: 'pt' }),
    subject: 'Peça em falta no guarda-sol',
    at: [4, '19:48'],
    text: 'Boa noite, faltava o parafuso grande na caixa do guarda-sol (A-20463). Podem enviar?\n\nMiguel',
    answer: {
      by: 'dana',
      after: '14h',
      text: 'Bom dia Miguel, o parafuso segue hoje por correio, sem custos. Desculpe o incómodo!',
    },
  },
  {
    from: person('Zoë Clarke', 'zoe.clarke@post.example'),
    subject: 'Gift wrapping?',
    at: [3, '20:15'],
    text: 'Can you wrap a birdseed set as a present and add a card? It is for my brother’s 40th 🎂\n\nZoë',
    answer: {
      by: 'kim',
      after: '13h',
      text: 'Hello Zoë, we can! What should the card say (up to 120 characters)?',
    },
  },
  {
    from: person('Viktor Hahn', 'viktor.hahn@hahn-feuerwerk.example', {
      company: 'Hahn Feuerwerk',
      locale: 'de',
    }),
    subject: 'Sicherheitsdatenblatt für Zünder Z-12',
    at: [2, '07:52'],
    text: 'Guten Morgen,\n\nfür die Genehmigung brauchen wir das Sicherheitsdatenblatt des Zünders Z-12 in der Fassung von diesem Jahr. Auf der Website steht nur die alte.\n\nViktor Hahn',
    answer: {
      by: 'sam',
      after: '3h',
      text: 'Guten Tag Herr Hahn,\n\nich habe es bei der Technik angefordert, Sie bekommen es bis morgen Mittag.',
    },
  },
  {
    from: person('Amelia Wong', 'amelia@wong-kites.example', { company: 'Wong Kites' }),
    subject: 'Wind tunnel rental for a weekend',
    at: [2, '15:05'],
    text: 'Hi, could we rent the small wind tunnel from Saturday to Sunday? We test kites up to 3 m.\n\nAmelia',
  },
  {
    from: person('Pieter Janssen', 'pieter.janssen@post.example', { locale: 'nl' }),
    subject: 'Parasol waait weg',
    at: [1, '10:22'],
    text: 'Goedemorgen, mijn parasol (A-20469) waait bij windkracht 4 al weg. Is er een zwaardere voet?\n\nPieter',
  },
  {
    from: person('Rosa Delgado', 'rosa.delgado@correo.example', { locale: 'es' }),
    subject: '¿Envían a las Islas Canarias?',
    at: [1, '12:40'],
    text: 'Hola, ¿envían también a Tenerife? En la web no me deja elegir la isla.\n\nGracias,\nRosa',
    answer: {
      by: 'dana',
      after: '2h',
      text: 'Hola Rosa:\n\nsí, enviamos a todas las islas (unos 6 días). El formulario ya está corregido, gracias por avisar.',
    },
  },
  {
    from: person('Kofi Mensah', 'kofi@mensah-solar.example', { company: 'Mensah Solar' }),
    subject: 'Spare parts list for sun tracker ST-2',
    at: [1, '16:35'],
    text: 'Dear team, please send the spare parts list for the sun tracker ST-2 (bought in 2024). The gear of the left axis is worn out.\n\nKofi Mensah',
  },
  {
    from: person('Lucy Atkins', 'lucy.atkins@post.example'),
    subject: 'Where is my order?',
    at: '6h',
    text: 'Order A-20485 was due yesterday. Tracking has said "out for delivery" since 8 o’clock this morning of YESTERDAY. Is somebody driving it around the county?\n\nLucy',
    answer: {
      by: 'kim',
      after: '35m',
      text: 'Hello Lucy,\n\nI called the depot: the van broke down and is back on the road now. Yours is stop 14, so before 17:00. Sorry!',
    },
    thanks: { after: '2h', text: 'It is 17:30 and nothing has come.' },
  },
  {
    from: person('Tobias Kern', 'tobias.kern@kern-kletterhalle.example', { locale: 'de' }),
    subject: 'Rückfrage zu Seil 60 m',
    at: '3h',
    text: 'Hallo zusammen,\n\nist das 60-m-Seil (Art. S-60) nach EN 892 zertifiziert? Unser Prüfer fragt danach.\n\nViele Grüße\nTobias Kern',
  },
  {
    from: person('Jasmine Carter', 'jasmine.carter@post.example'),
    subject: 'Birthday rocket – can I cancel?',
    at: '75m',
    text: 'Hi, I ordered the birthday rocket (A-20500) an hour ago, but my landlord says no. Can I still cancel?\n\nJasmine',
  },
  {
    box: 'billing',
    from: person('Omar Farouk', 'omar@farouk-travel.example', { company: 'Farouk Travel' }),
    subject: 'Invoice in US dollars possible?',
    at: '55m',
    text: 'Good day, is it possible to get the invoice for A-20493 in US dollars? Our bank takes 3 % for the exchange.\n\nOmar Farouk',
  },
  {
    from: person('Mei Lin 林美', 'mei.lin@linmei-design.example', { locale: 'zh' }),
    subject: '关于遮阳布的颜色样品',
    at: '38m',
    text: '您好！\n\n请问可以寄几块遮阳布的颜色样品给我们吗？我们想先看看沙色和白色的区别。\n\n谢谢！\n林美',
  },
  {
    from: person('Frank Doyle', 'frank.doyle@doyle-demolition.example', { company: 'Doyle Demolition' }),
    subject: 'URGENT: detonator box does not close',
    at: '17m',
    text: 'The lid of the detonator box DB-1 we got this morning does not close. We have forty people standing around here. Please call me: +44 161 555 0188.\n\nFrank Doyle',
  },
  {
    from: person('Ingrid Solberg', 'ingrid.solberg@post.example'),
    subject: 'Thank you!',
    at: '9m',
    text: 'No question, I just wanted to say that the sunshade survived last night’s storm. The neighbour’s did not. 😄\n\nIngrid',
  },
  {
    from: person('Raj Patel', 'raj@patel-rentals.example', { company: 'Patel Rentals' }),
    subject: 'Price list 2027',
    at: [17, '14:50'],
    text: 'When will the price list for 2027 be out?',
    answer: {
      by: 'sam',
      after: '1h',
      text: 'Hello Raj, on the first of December. I put you on the list, you get it by mail.',
    },
    end: 'closed',
  },
  {
    box: 'billing',
    from: person('Nora Fischer', 'nora.fischer@fischer-reisen.example', { locale: 'de' }),
    subject: 'Mahnung trotz Zahlung',
    at: [19, '08:20'],
    text: 'Guten Tag,\n\nwir haben eine Mahnung zu R-7671 erhalten, obwohl am 3. bezahlt wurde. Bitte prüfen.\n\nNora Fischer',
    answer: {
      by: 'sam',
      after: '2h',
      text: 'Guten Tag Frau Fischer,\n\nIhre Zahlung und unsere Mahnung haben sich überschnitten. Bitte betrachten Sie sie als gegenstandslos.',
    },
    end: 'closed',
  },
  {
    from: person('Steve Archer', 'steve.archer@post.example'),
    subject: 'Jet-propelled unicycle: minimum age?',
    at: [23, '19:01'],
    text: 'From which age on may one ride the jet-propelled unicycle? Asking for my nephew (9).',
    answer: {
      by: 'sam',
      after: '15h',
      text: 'Hello Steve, from 16 with a helmet. For nine we recommend the one without the jet.',
    },
    thanks: { after: '2h', text: 'Fair enough. He is disappointed, his mother is not.' },
    end: 'closed',
  },
  {
    from: person('Dr. Helen Moss', 'h.moss@desert-institute.example', { company: 'Desert Institute' }),
    subject: 'Loan of a seismograph for students',
    at: [25, '11:05'],
    text: 'Dear Acme, each year we take twelve students into the field. Would you lend us a seismograph for two weeks in March?',
    answer: {
      by: 'dana',
      after: '1d',
      text: 'Dear Dr Moss,\n\nwith great pleasure. Please send us the dates and an address for the crate (24 kg).',
    },
    thanks: {
      after: '2d',
      text: 'Wonderful! 2 to 15 March, Institute store, gate B. The students will send you a postcard.',
    },
    end: 'closed',
  },
  {
    from: person('Sam Whitfield', 'sam.whitfield@post.example'),
    subject: 'Password reset mail never arrives',
    at: '3h',
    text: 'Same as it says. Tried four times, also looked into the spam folder.\n\nSam W.',
  },
]

const storyOf = ({ box = 'support', from, subject, at, text, answer, thanks, end }: Short): Story => {
  const acts = [mail(typeof at === 'string' ? ago(at) : day(...at), text)]
  if (answer) {
    acts.push(reply(answer.after, answer.by, answer.text, end && !thanks ? { status: 'resolved' } : {}))
    if (!end) acts.push(assign('1m', answer.by))
  }
  if (thanks) acts.push(mail(thanks.after, thanks.text, { style: 'gmail' }))
  if (answer && end && thanks) acts.push(status('30m', answer.by, 'resolved'))
  if (answer && end === 'closed') acts.push(status('3d', answer.by, 'closed'))
  return story(box, from, subject, acts)
}

/** The small change of every day. */
export const short: Story[] = shorts.map(storyOf)
