import { csv, logo } from '../files.js'
import { ago, assign, day, mail, note, priority, reply, type Story, status, story } from '../story.js'
import { customers, person } from './customers.js'

const { brandt, devries, haddad, irina, lopez, moreau, nikos, rossi, sharma, tanaka } = customers

/** Customers who write in their own language. */
export const languages: Story[] = [
  story('billing', brandt, 'Rechnung R-7731: falscher Umsatzsteuersatz', [
    mail(
      day(4, '08:17'),
      `Guten Tag,

auf der Rechnung R-7731 (Bestellung A-20431) steht ein Umsatzsteuersatz von 20 %. Als deutsche Firma mit USt-IdNr. DE811555014 erwarten wir eine Rechnung ohne Umsatzsteuer mit dem Hinweis auf die Steuerschuldnerschaft des Leistungsempfängers.

Bitte um Korrektur bis Ende der Woche, sonst müssen wir die Zahlung zurückhalten.

Mit freundlichen Grüßen
Ida Brandt

--
Brandt Tiefbau GmbH · Lange Straße 12 · 30159 Hannover
Geschäftsführerin: Ida Brandt · HRB 55014`,
      { style: 'text' },
    ),
    assign('20m', 'sam'),
    note('10m', 'sam', 'VAT id was missing in the customer record. Checked with VIES: valid.'),
    reply(
      '12m',
      'sam',
      `Guten Tag Frau Brandt,

vielen Dank für den Hinweis. Ihre USt-IdNr. fehlte in unseren Stammdaten; das ist jetzt nachgetragen. Die korrigierte Rechnung R-7731-2 erhalten Sie heute im Laufe des Tages.

Die ursprüngliche Rechnung ist damit storniert.`,
    ),
    mail(
      '5h',
      `Die Korrektur ist angekommen, danke. Zahlung ist angewiesen.

Grüße aus Hannover
Ida Brandt`,
    ),
    reply('30m', 'sam', `Vielen Dank, dann schließe ich den Vorgang. Einen schönen Tag nach Hannover!`, {
      status: 'resolved',
    }),
    status('2d', 'sam', 'closed'),
  ]),

  story('support', moreau, 'Devis pour 12 enclumes gravées', [
    mail(
      day(3, '15:44'),
      `Bonjour,

nous souhaiterions offrir à nos clients 12 petites enclumes gravées (« Atelier Moreau – 30 ans »). Pourriez-vous nous indiquer le prix, le délai et le nombre maximal de caractères ?

La police de caractères est importante pour nous ; voir l'image ci-dessous.

Bien cordialement,
Hélène Moreau`,
      {
        html: `<p>Bonjour,</p><p>nous souhaiterions offrir à nos clients <b>12 petites enclumes gravées</b> (« Atelier Moreau – 30 ans »). Pourriez-vous nous indiquer le prix, le délai et le nombre maximal de caractères ?</p><p>La police de caractères est importante pour nous ; voir l'image ci-dessous.</p><p>Bien cordialement,<br>Hélène Moreau</p><p><img src="cid:logo.moreau" alt="Atelier Moreau" width="160" height="48"></p>`,
        files: [logo('atelier-moreau.png', 'logo.moreau')],
      },
    ),
    assign('50m', 'dana'),
    reply(
      '20m',
      'dana',
      `Bonjour Madame Moreau,

avec plaisir ! Pour 12 pièces :

- enclume de bureau, 2 kg : 38,00 € pièce
- gravure, 40 caractères au maximum : 6,50 € pièce
- délai : trois semaines

Pour la police, pourriez-vous nous envoyer le fichier (OTF ou TTF) ?`,
    ),
    mail(
      '17h',
      `Merci pour votre réponse rapide. Voici deux questions : la gravure peut-elle être des deux côtés ? Et livrez-vous à Marseille le samedi ?

Hélène Moreau`,
      { style: 'outlook' },
    ),
  ]),

  story('support', tanaka, '注文 A-20472 の納期について', [
    mail(
      ago('5h'),
      `アクメ株式会社
サポートご担当者様

いつもお世話になっております。砂漠商事の田中です。

注文 A-20472（大型磁石 3台）の納期を教えていただけますでしょうか。
展示会が来月10日に始まるため、遅くとも8日までに東京の倉庫に到着する必要があります。

お手数をおかけいたしますが、よろしくお願いいたします。

田中 美咲
砂漠商事株式会社`,
    ),
    assign('40m', 'kim'),
    note(
      '5m',
      'kim',
      'She asks for the delivery date of A-20472 (3 large magnets); trade fair on the 10th, needs to be in Tokyo by the 8th.',
    ),
    reply(
      '15m',
      'kim',
      `田中様

お問い合わせありがとうございます。

ご注文の磁石3台は明日出荷し、**5日**に東京の倉庫へ到着する予定です。追跡番号は出荷後にお知らせいたします。

今後ともよろしくお願いいたします。`,
    ),
    mail(
      '2h',
      `早速のご返信ありがとうございます。5日で問題ありません。
よろしくお願いいたします。

田中`,
      { style: 'text' },
    ),
  ]),

  story('support', haddad, 'استفسار عن شحنة المظلات', [
    mail(
      ago('7h'),
      `السلام عليكم،

طلبنا ٢٥ مظلة رملية (رقم الطلب A-20461) قبل أسبوعين، ولم تصلنا حتى الآن أي معلومات عن الشحن. هل يمكنكم تزويدنا برقم التتبع وموعد الوصول إلى ميناء العقبة؟

مع الشكر والتقدير
ليلى حداد
Haddad Trading, عمّان`,
    ),
    priority('30m', 'dana', 'high'),
    assign('1m', 'dana'),
    reply(
      '20m',
      'dana',
      `السيدة ليلى المحترمة،

نعتذر عن التأخير. غادرت الشحنة يوم الأحد، ورقم التتبع هو **ACM-558210**. موعد الوصول المتوقع إلى العقبة هو يوم ١٤ من هذا الشهر.

مع أطيب التحيات`,
    ),
    mail('3h', `شكراً جزيلاً على الرد السريع. هل يمكن إضافة ١٠ مظلات أخرى إلى الطلب نفسه؟`, { style: 'none' }),
  ]),

  story('support', sharma, 'ऊँट की काठी का आकार', [
    mail(
      day(2, '06:12'),
      `नमस्ते,

हमें अपने ऊँटों के लिए 15 काठियाँ चाहिए (जैसलमेर के पास डेरा)। आपकी वेबसाइट पर केवल एक आकार दिखता है। क्या बड़ा आकार भी मिल सकता है? और जयपुर तक पहुँचाने में कितना समय लगेगा?

धन्यवाद 🐪
प्रिया शर्मा`,
    ),
    assign('4h', 'sam'),
    reply(
      '30m',
      'sam',
      `नमस्ते प्रिया जी,

जी हाँ, बड़ा आकार (XL) उपलब्ध है। जयपुर तक लगभग 12 दिन लगते हैं। क्या हम आपके लिए 15 काठियाँ आरक्षित कर दें?`,
    ),
  ]),

  story('billing', nikos, 'Τιμολόγιο σε λάθος διεύθυνση', [
    mail(
      day(1, '09:58'),
      `Καλημέρα σας,

το τιμολόγιο R-7748 έχει εκδοθεί στην παλιά μας διεύθυνση (Ηράκλειο). Από τον Μάρτιο η έδρα μας είναι στα Χανιά. Μπορείτε να το εκδώσετε ξανά;

Με εκτίμηση,
Νίκος Παπαδάκης`,
    ),
  ]),

  story('support', irina, 'Магнит не размагничивается', [
    mail(
      day(5, '07:30'),
      `Здравствуйте!

Магнит «Гигант-2» (заказ A-20440) не выключается: рычаг в положении «выкл», а он всё равно притягивает всё подряд – вчера притянул трактор. Что делать?

С уважением,
Ирина Волкова, Степмаш`,
    ),
    assign('1h', 'sam'),
    reply(
      '15m',
      'sam',
      `Здравствуйте, Ирина!

Пожалуйста, не подходите к нему с металлическими предметами. Вероятно, залип предохранитель:

1. Отключите кабель.
2. Подождите десять минут.
3. Переведите рычаг в положение «вкл» и снова в «выкл».

Напишите, пожалуйста, помогло ли это.`,
    ),
    mail('1d', `Помогло, спасибо! Трактор отпустил. Но теперь рычаг болтается – нужна новая пружина?`, {
      style: 'text',
    }),
    reply('2h', 'sam', `Да, пружина – деталь № 114. Высылаем бесплатно, она придёт примерно через неделю.`),
  ]),

  story('support', lopez, 'No puedo entrar en mi cuenta 😟', [
    mail(
      ago('95m'),
      `Hola:

desde ayer no puedo entrar en mi cuenta. Dice que la contraseña no es correcta, pero es la de siempre. He pedido el enlace para cambiarla tres veces y no llega nada.

Un saludo,
Marta López`,
      { style: 'gmail' },
    ),
  ]),

  story('support', rossi, 'Reso del paracadute P-9', [
    mail(
      day(7, '11:11'),
      `Buongiorno, il paracadute P-9 è troppo piccolo per me. Posso restituirlo? È stato aperto una volta sola (in salotto).

Paolo Rossi`,
    ),
    assign('1h', 'kim'),
    reply(
      '30m',
      'kim',
      `Buongiorno Paolo,

certo. L'etichetta per il reso è nel pacco; basta incollarla. Appena arriva le rimborsiamo l'importo.`,
      { status: 'pending' },
    ),
    mail('3d', `Spedito ieri, grazie!`),
    reply('1d', 'kim', `Arrivato oggi, il rimborso parte in giornata. Saluti dal salotto!`, {
      status: 'resolved',
    }),
  ]),

  story('support', devries, 'Huur van 30 raketstoelen voor festival', [
    mail(
      day(3, '13:05'),
      `Hallo,

wij organiseren in juni een festival in Drenthe en willen 30 raketstoelen huren (niet kopen). De lijst met data staat in de bijlage. Kan dat?

Groet, Sanne`,
      {
        files: [
          csv('festival-data.csv', [
            ['dag', 'aantal', 'plaats'],
            ['vrijdag', 30, 'hoofdveld'],
            ['zaterdag', 30, 'hoofdveld'],
            ['zondag', 18, 'camping'],
          ]),
        ],
        style: 'gmail',
      },
    ),
    assign('3h', 'kim'),
    reply(
      '10m',
      'kim',
      `Hallo Sanne,

wat leuk! Verhuur doen we alleen met toezicht van een monteur. Ik vraag na wie er in juni kan en meld me donderdag.`,
      { status: 'open' },
    ),
    note('2m', 'kim', 'Ask Bugs in the workshop whether he wants a weekend in Drenthe.'),
  ]),

  story(
    'support',
    person('박지훈', 'jihoon.park@namhae.example', { locale: 'ko' }),
    '사막용 텐트 색상 문의',
    [
      mail(
        ago('26m'),
        `안녕하세요, 사막용 텐트를 모래색 말고 흰색으로도 주문할 수 있나요? 수량은 4개입니다.

감사합니다.
박지훈`,
      ),
    ],
  ),

  story(
    'support',
    person('Ewa Kowalczyk', 'ewa@kowalczyk-budowa.example', { locale: 'pl' }),
    'Faktura i gwarancja – zamówienie A-20398',
    [
      mail(
        day(9, '10:40'),
        `Dzień dobry,

czy do zamówienia A-20398 można dostać kartę gwarancyjną po polsku? Sąsiad mówi, że bez niej serwis nie przyjmie.

Pozdrawiam
Ewa Kowalczyk`,
      ),
      reply(
        '2h',
        'dana',
        `Dzień dobry,

gwarancja obowiązuje także bez karty, wystarczy numer zamówienia. Polską wersję wysyłam w przyszłym tygodniu.`,
      ),
      status('4d', 'dana', 'resolved'),
      status('3d', 'dana', 'closed'),
    ],
  ),
]
