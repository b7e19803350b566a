/** How lines begin that a phone or program adds by itself, lower-case. */
export const mobileStarts: readonly string[] =
  `sent from |sent via |sent with |sent using |sent by my |get outlook for |gesendet von |gesendet mit |von unterwegs gesendet|diese nachricht wurde von meinem |diese nachricht wurde mit |holen sie sich outlook|outlook für |envoyé de mon |envoye de mon |envoyé depuis |envoyé à partir d|envoyé avec |téléchargez outlook|télécharger outlook|obtenez outlook|obtenir outlook|enviado desde |enviado do meu |enviado a partir d|enviado pelo meu |enviado con |obtener outlook|obtenga outlook|obter o outlook|inviato da |inviata da |inviato dal |ottieni outlook|scarica outlook|verstuurd vanaf |verzonden vanaf |verzonden met |verstuurd met |verzonden via |outlook voor |download outlook voor |skickat från |skickades från |skaffa outlook|hämta outlook|sendt fra |sendt via |hent outlook|få outlook|lähetetty |hanki outlook|wysłano z |wysłane z |pobierz program outlook|pobierz aplikację outlook|odesláno z|získat outlook|odoslané z |отправлено с |отправлено из |отправлено через |скачать outlook|надіслано з |відправлено з |outlook'u edinin|發自我的|发自我的|从我的|傳送自我的|来自我的|나의 iphone|내 iphone|أرسلت من |أُرسلت من |مرسل من |تم الإرسال من |נשלח מה|az iphone-omról|küldve |trimis de pe |στάλθηκε από |ส่งจาก|đã gửi từ |gửi từ |dikirim dari |enviat des |poslano iz |poslano s |изпратено от |saadetud minu `.split(
    '|',
  )

/** The same for languages that put the verb last: how they begin and how they end. */
export const mobileFrames: readonly (readonly [string, string])[] = [
  ['von meinem ', 'gesendet'],
  ['von meiner ', 'gesendet'],
  ['mit ', ' gesendet'],
  ['iphone', 'gönderildi'],
  ['ipad', 'gönderildi'],
  ['android', 'gönderildi'],
  ['iphone', 'から送信'],
  ['ipad', 'から送信'],
  ['android', 'から送信'],
  ['', 'のiphoneから送信'],
  ['', '에서 보냄'],
  ['', '에서 보냈습니다'],
  ['outlook for', 'を入手'],
]
