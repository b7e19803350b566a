/** What a header line of a quoted mail tells. */
export type HeaderRole = 'from' | 'date' | 'to' | 'cc' | 'subject' | 'other'

const words = (list: string): string[] =>
  list
    .split('|')
    .map((word) => word.trim())
    .filter(Boolean)

const roles: Record<HeaderRole, string> = {
  from: `from|von|de|da|van|från|fra|lähettäjä|od|от|від|kimden|gönderen|差出人|送信者|发件人|寄件者|寄件人|發件人|보낸 사람|보낸사람|보내는 사람|من|מאת|feladó|de la|από|จาก|từ|dari|mittente|expéditeur|expediteur|remitente|remetente|absender|afzender|avsändare|avsender|afsender|nadawca|odesílatel|odosielateľ|отправитель|відправник|oд|saatja|nuo|no|šalje|pošiljatelj|feladta|frá|desde`,
  date: `message du|message envoyé|sent|date|gesendet|datum|envoyé|envoye|envoyé le|date d'envoi|enviado|enviado el|enviado em|enviada em|enviada|fecha|data|data di invio|inviato|inviato il|verzonden|verzonden op|skickat|skickad|sendt|dato|lähetetty|päiväys|päivämäärä|päivä|wysłano|wyslano|data wysłania|odesláno|datum odeslání|odoslané|отправлено|дата|дата отправки|надіслано|відправлено|gönderildi|gönderme tarihi|tarih|送信日時|日時|日付|发送时间|发送日期|时间|日期|傳送時間|寄件日期|보낸 날짜|보낸날짜|날짜|보낸 시간|تاريخ الإرسال|التاريخ|أُرسلت|أرسلت|تم الإرسال|נשלח|תאריך|elküldve|küldve|dátum|trimis|dată|εστάλη|ημερομηνία|στάλθηκε|ส่งเมื่อ|วันที่|đã gửi|ngày|terkirim|dikirim|tanggal|изпратено|poslano|poslato|saadetud|kuupäev|išsiųsta|nosūtīts|sent on|data i godzina`,
  to: `to|an|à|a|para|aan|till|til|vastaanottaja|do|komu|pro|кому|до|kime|alıcı|宛先|收件人|收件者|받는 사람|받는사람|إلى|الى|אל|címzett|către|catre|προς|ถึง|đến|kepada|destinatario|destinataire|destinatário|empfänger|ontvanger|mottagare|mottaker|modtager|adresat|за|prima|kam|saaja|kam|untuk`,
  cc: `cc|copie à|copia a|kopie:|kopie|copie|copia|kopi|kopia|kopio|dw|копия|копія|bilgi|ccn|抄送|副本|참조|نسخة|נסח|עותק|másolat|κοιν|สำเนา|bcc|c.c.|cópia|dw.|kopie an|ccopia`,
  subject: `subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|aihe|otsikko|temat|předmět|predmet|тема|konu|件名|题名|主题|主旨|主題|제목|الموضوع|נושא|tárgy|subiect|θέμα|เรื่อง|chủ đề|tiêu đề|subjek|perihal|относно|teema|tema|objecte|objekt|re`,
  other: `reply-to|antwort an|répondre à|importance|wichtigkeit|priority|priorität|attachments|anlagen|anhänge|pièces jointes|adjuntos|allegati|bijlagen|anexos|bilagor|вложения|添付ファイル|附件|첨부 파일|organization|signed by|resent-from`,
}

/** Labels of header lines in quoted mails, lower-case, to what they tell. */
export const headerRoles: ReadonlyMap<string, HeaderRole> = new Map(
  (Object.keys(roles) as HeaderRole[]).flatMap((role) =>
    words(roles[role]).map((label) => [label, role] as const),
  ),
)

/** "Original message" in the forms that mail programs write between dashes. */
export const originalNames: ReadonlySet<string> = new Set(
  words(
    `original message|original email|original mail|original e-mail|reply message|reply above this line|ursprüngliche nachricht|originalnachricht|original-nachricht|ursprüngliche e-mail|ursprüngliche mail|message d'origine|message original|message initial|message d’origine|e-mail d'origine|courriel original|mensaje original|mensagem original|messaggio originale|messaggio originario|oorspronkelijk bericht|oorspronkelijke bericht|origineel bericht|ursprungligt meddelande|originalmeddelande|oprindelig meddelelse|original meddelelse|original besked|oprindelig besked|opprinnelig melding|original melding|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|wiadomosc oryginalna|původní zpráva|původní e-mail|pôvodná správa|исходное сообщение|исходное письмо|оригинальное сообщение|пересылаемое сообщение|початкове повідомлення|оригінальне повідомлення|вихідне повідомлення|orijinal mesaj|özgün ileti|orjinal mesaj|元のメッセージ|original message|原始邮件|原始郵件|原邮件|邮件原件|원본 메시지|원본 메일|원본 이메일|الرسالة الأصلية|הודעה מקורית|eredeti üzenet|mesaj original|mesajul original|αρχικό μήνυμα|ข้อความต้นฉบับ|thư gốc|tin nhắn gốc|pesan asli|izvirno sporočilo|izvorna poruka|originalna poruka|оригинално съобщение|algne kiri|algne sõnum|missatge original|jatorrizko mezua|mensaxe orixinal|previous message`,
  ),
)

/** Lines above a mail that somebody passes on. */
export const forwardNames: ReadonlySet<string> = new Set(
  words(
    `forwarded message|begin forwarded message|forwarded by|forwarded email|weitergeleitete nachricht|anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail|weitergeleitete mail|message transféré|début du message transféré|début du message réexpédié|mensaje reenviado|inicio del mensaje reenviado|mensagem encaminhada|mensagem reencaminhada|início da mensagem encaminhada|início da mensagem reencaminhada|messaggio inoltrato|inizio messaggio inoltrato|doorgestuurd bericht|begin doorgestuurd bericht|vidarebefordrat meddelande|vidarebefordrat brev|videresendt meddelelse|videresendt besked|start på videresendt besked|videresendt melding|videresendt e-post|välitetty viesti|edelleenlähetetty viesti|välitetty viesti alkaa|wiadomość przekazana dalej|treść przekazanej wiadomości|przekazana wiadomość|początek przekazywanej wiadomości|přeposlaná zpráva|začátek přeposílané zprávy|preposlaná správa|пересланное сообщение|пересылаемое сообщение|начало переадресованного сообщения|начало пересылаемого сообщения|переслане повідомлення|початок переадресованого повідомлення|yönlendirilen mesaj|iletilen mesaj|iletilen ileti|iletilen mesajın başlangıcı|転送されたメッセージ|転送されたメール|転送メッセージ|转发的邮件|转发邮件信息|已转发邮件|轉寄的郵件|開始轉寄郵件|转发邮件|전달된 메시지|전달된 메일|전달한 메시지 시작|الرسالة المعاد توجيهها|הודעה שהועברה|továbbított üzenet|továbbított levél|mesaj redirecționat|mesaj redirecţionat|προωθημένο μήνυμα|ข้อความที่ส่งต่อ|thư đã chuyển tiếp|pesan yang diteruskan|препратено съобщение|proslijeđena poruka|edastatud kiri|missatge reenviat`,
  ),
)

/** Parts of "… wrote" as they stand in lower-cased header lines, with the blanks that keep them whole words. */
export const wroteVerbs: readonly string[] = [
  ...words(
    `wrote:|wrote :|wrote ---|writes:|wrote on|schrieb|geschrieben|a écrit|a ecrit|à écrit|écrivait|escribió|escribio|escribía|ha scritto|scrisse|scriveva|escreveu|schreef|heeft geschreven|geschreven:|skrev|kirjoitti|napisał|napisała|napisał(a)|pisze:|napisal|napsal|napsala|napísal|napísala|píše:|пишет|написал|написала|писал|писала|пише|написав|написала|писав|yazdı|şunu yazdı|şunları yazdı|tarihinde yazdı|のメール|書きました|さんは|wrote：|写道|寫道|寫到|写到|님이 작성|님이 씀|작성:|작성 :|님께서|كتب|كَتَبَ|כתב|כתבה|írta|a scris|έγραψε|έγραψαν|เขียนว่า|เขียน:|đã viết|menulis|va escriure|je napisao|je napisala|је написао|је написала|je napisal|napisao je|написа|rašė|rakstīja|kirjutas|نوشت|ने लिखा|skrifaði|escribiu|idatzi du|scribeva|viết:`,
  ).filter((word) => word !== 'さんは'),
  ' wrote ',
  ' от ',
]

/** Names of days and months, full or short, in the languages whose header lines spell them. */
export const dayOrMonth =
  /(?:^|[\s,.(])(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mo|di|mi|do|fr|sa|so|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|januar|februar|märz|mai|juni|juli|oktober|dezember|lun|mar|mer|jeu|ven|sam|dim|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|janv|févr|mars|avril|juin|juil|août|sept|déc|mié|jue|vie|sáb|dom|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|seg|ter|qua|qui|sex|fev|out|dez|maa|woe|don|vrij|zat|zon|mrt|mei|okt|mån|tis|ons|tors|lör|sön|tir|tor|lør|søn|pon|wt|śr|czw|pt|sob|niedz|пн|вт|ср|чт|пт|сб|вс|янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек|pzt|sal|çar|per|cum|cmt|paz|oca|şub|nis|haz|tem|ağu|eyl|eki|kas|ara)[a-zà-ÿа-яё]*[.,]?\s/i

/** Words that header lines begin with, and dates and addresses in their place. */
export const openers =
  /^["'“„(<]?(?:on|am|an|le|el|il|il giorno|em|op|de|den|d\.|dne|dňa|dnia|w dniu|kl\.|pe|pada|vào|at|el día|a les|στις|la data de|în data|în|u|в|во|у|от|от:|на|a\(z\)|dana|em qua|von|from|from:|från|van|в письме от|在|于|於|於是|في|بتاريخ|ב-|בתאריך|יום|เมื่อ|\d{1,4}[./\-年 ]\d{1,2}|\d{1,2}\. ?\p{L}|\d{1,2} \p{L}{3,}|---- on)(?=[\s\d,.:]|$)/iu

/** Help desks ask for answers above such a line: below it is their own mail. */
export const aboveThisLine =
  /^(?:[^\p{L}]{2,12}(?:\p{L}{1,20} ){0,4}|(?:please |bitte )?)(?:reply|respond|answer|write|antwort\p{L}*|répon\p{L}*|respond\p{L}*|rispond\p{L}*|reageer|antwoord|svar\p{L}*)\b.{0,40}(?:above this line|above here|above the line|über (?:dieser|diese|der|die) (?:zeile|linie)|au-dessus de cette ligne|(?:por )?encima de esta l[ií]nea|acima desta linha|sopra (?:questa|la) (?:riga|linea)|boven deze (?:regel|lijn)|ovanför (?:den här|denna) raden|over denne linj[ea]).{0,60}$/iu
