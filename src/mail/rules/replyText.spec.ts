import { describe, expect, it } from 'vitest'
import { splitReplyText } from './replyText.js'

const headers = {
  en: 'On Tue, Mar 4, 2025 at 8:00 AM Acme <help@acme.test> wrote:',
  'en two lines': 'On Tue, Mar 4, 2025 at 8:00 AM Acme Support of the whole world <help@acme.test>\nwrote:',
  de: 'Am 04.03.2025 um 08:00 schrieb Acme <help@acme.test>:',
  'de gmail': 'Am Di., 4. März 2025 um 08:00 Uhr schrieb Acme <help@acme.test>:',
  fr: 'Le mar. 4 mars 2025 à 08:00, Acme <help@acme.test> a écrit :',
  es: 'El mar, 4 mar 2025 a las 8:00, Acme (<help@acme.test>) escribió:',
  it: 'Il giorno mar 4 mar 2025 alle ore 08:00 Acme <help@acme.test> ha scritto:',
  pt: 'Em ter., 4 de mar. de 2025 às 08:00, Acme <help@acme.test> escreveu:',
  nl: 'Op di 4 mrt 2025 om 08:00 schreef Acme <help@acme.test>:',
  sv: 'Den tis 4 mars 2025 kl 08:00 skrev Acme <help@acme.test>:',
  da: 'Den tirs. 4. mar. 2025 kl. 08.00 skrev Acme <help@acme.test>:',
  no: 'tir. 4. mars 2025 kl. 08:00 skrev Acme <help@acme.test>:',
  fi: 'ti 4.3.2025 klo 8.00 Acme <help@acme.test> kirjoitti:',
  pl: 'wt., 4 mar 2025 o 08:00 Acme <help@acme.test> napisał(a):',
  cs: 'út 4. 3. 2025 v 8:00 odesílatel Acme <help@acme.test> napsal:',
  ru: 'вт, 4 мар. 2025 г. в 08:00, Acme <help@acme.test>:',
  uk: 'вт, 4 бер. 2025 р. о 08:00 Acme <help@acme.test> пише:',
  tr: 'Acme <help@acme.test>, 4 Mar 2025 Sal, 08:00 tarihinde şunu yazdı:',
  ja: '2025年3月4日(火) 8:00 Acme <help@acme.test>:',
  zh: 'Acme <help@acme.test> 于2025年3月4日周二 08:00写道：',
  ko: '2025년 3월 4일 (화) 오전 8:00, Acme <help@acme.test>님이 작성:',
  hu: 'Acme <help@acme.test> ezt írta (időpont: 2025. márc. 4., K, 8:00):',
  ro: 'În mar., 4 mar. 2025 la 08:00, Acme <help@acme.test> a scris:',
  vi: 'Vào Th 3, 4 thg 3, 2025 vào lúc 08:00 Acme <help@acme.test> đã viết:',
}

describe('splitReplyText', () => {
  for (const [language, header] of Object.entries(headers)) {
    it(`knows the line above a quote: ${language}`, () => {
      const parts = splitReplyText(`Answer.\n\n${header}\n\n> Question?\n> Acme\n`)
      expect(parts).toEqual({ reply: 'Answer.', quoted: `${header}\n\n> Question?\n> Acme`, signature: '' })
    })
  }

  const blocks = {
    en: ['From: Acme <help@acme.test>', 'Sent: Tuesday, March 4, 2025 8:00 AM', 'To: Kim', 'Subject: Login'],
    de: ['Von: Acme <help@acme.test>', 'Gesendet: Dienstag, 4. März 2025 08:00', 'An: Kim', 'Betreff: Login'],
    fr: ['De : Acme <help@acme.test>', 'Envoyé : mardi 4 mars 2025 08:00', 'À : Kim', 'Objet : Login'],
    es: [
      'De: Acme <help@acme.test>',
      'Enviado: martes, 4 de marzo de 2025 8:00',
      'Para: Kim',
      'Asunto: Login',
    ],
    it: ['Da: Acme <help@acme.test>', 'Inviato: martedì 4 marzo 2025 08:00', 'A: Kim', 'Oggetto: Login'],
    nl: [
      'Van: Acme <help@acme.test>',
      'Verzonden: dinsdag 4 maart 2025 08:00',
      'Aan: Kim',
      'Onderwerp: Login',
    ],
    sv: ['Från: Acme <help@acme.test>', 'Skickat: den 4 mars 2025 08:00', 'Till: Kim', 'Ämne: Login'],
    pl: ['Od: Acme <help@acme.test>', 'Wysłano: wtorek, 4 marca 2025 08:00', 'Do: Kim', 'Temat: Login'],
    ru: ['От: Acme <help@acme.test>', 'Отправлено: 4 марта 2025 г. 8:00', 'Кому: Kim', 'Тема: Login'],
    tr: ['Kimden: Acme <help@acme.test>', 'Gönderildi: 4 Mart 2025 Salı 08:00', 'Kime: Kim', 'Konu: Login'],
    ja: ['差出人: Acme <help@acme.test>', '送信日時: 2025年3月4日 8:00', '宛先: Kim', '件名: Login'],
    zh: ['发件人: Acme <help@acme.test>', '发送时间: 2025年3月4日 8:00', '收件人: Kim', '主题: Login'],
    bold: [
      '*From:* Acme <help@acme.test>',
      '*Date:* Tuesday, March 4, 2025 at 8:00 AM',
      '*To:* Kim',
      '*Subject:* Login',
    ],
  }
  for (const [language, block] of Object.entries(blocks)) {
    it(`knows Outlook's block of header lines: ${language}`, () => {
      const parts = splitReplyText(`Answer.\n\nKim\n\n${block.join('\n')}\n\nQuestion?\nAcme\n`)
      expect(parts.reply).toBe('Answer.\n\nKim')
      expect(parts.quoted).toBe(`${block.join('\n')}\n\nQuestion?\nAcme`)
    })
  }

  it('keeps answers below and between quotes', () => {
    const text = 'On 3/4/25 8:00, Acme wrote:\n> One?\n\nYes.\n\n> Two?\n\nNo.\n'
    expect(splitReplyText(text).reply).toBe('Yes.\n\nNo.')
    expect(splitReplyText('> One?\nYes, one.\n').reply).toBe('Yes, one.')
  })

  it('keeps an answer that stands directly above the line of a quote', () => {
    expect(
      splitReplyText(
        'On Friday at 10:00 is fine.\nOn Tue, Mar 4, 2025 at 8:00 AM Acme <a@b.test> wrote:\n> When?',
      ).reply,
    ).toBe('On Friday at 10:00 is fine.')
  })

  it('keeps everything where it is unsure', () => {
    for (const text of [
      'On Monday my colleague wrote that it works:\n\nIt does not.',
      'From: Berlin\nTo: Hamburg\nI want to travel.',
      'Here is what I tried:\n----\nstep one\n----\nstep two',
      'With regards to your mail of 4 March 2025: we accept.',
      'From: Kim\nSent: today\nTo: you\nSubject: form\n\nThe whole mail is a form.',
    ])
      expect(splitReplyText(text)).toEqual({ reply: text, quoted: '', signature: '' })
  })

  it('takes what somebody forwards as what they say', () => {
    const text =
      'See below.\n\n-------- Weitergeleitete Nachricht --------\nVon: X <x@y.test>\nDatum: Di, 4 Mär 2025\nAn: Kim\nBetreff: Z\n\nInhalt'
    expect(splitReplyText(text).reply).toBe(text)
    const block = 'FYI\n\nFrom: X <x@y.test>\nSent: Tuesday\nTo: Kim\nSubject: Z\n\nContent'
    expect(splitReplyText(block, { forwarded: true }).reply).toBe(block)
    expect(splitReplyText(block).reply).toBe('FYI')
  })

  it('parts signatures', () => {
    expect(splitReplyText('Hi\n\n-- \nKim\nAcme Ltd')).toMatchObject({
      reply: 'Hi',
      signature: '--\nKim\nAcme Ltd',
    })
    for (const line of [
      'Sent from my iPhone',
      'Von meinem iPhone gesendet',
      'Gesendet von Outlook für Android<https://aka.ms/x>',
      'Envoyé de mon iPhone',
      'Enviado desde mi iPhone',
      'Inviato da iPhone',
      'Verstuurd vanaf mijn iPad',
      'Skickat från min iPhone',
      'Wysłano z iPhone’a',
      'Отправлено с iPhone',
      'iPhoneから送信',
      'Get Outlook for iOS<https://aka.ms/y>',
    ])
      expect(splitReplyText(`Hi\n\n${line}\n`), line).toMatchObject({ reply: 'Hi', signature: line })
    expect(
      splitReplyText('Hi\n\nSent from my desk, which is easier than from the phone I had.').signature,
    ).toBe('')
    expect(splitReplyText('Von meinem Konto wurde abgebucht.').reply).toBe(
      'Von meinem Konto wurde abgebucht.',
    )
    expect(splitReplyText('Sent from my iPhone').reply).toBe('Sent from my iPhone')
  })

  const openings = {
    'Yahoo, the quote in the same line':
      '  On Mon, 1 Jan 2024 at 10:00, Joe<joe@x.test> wrote:   old text\nmore',
    'dashes of other kinds': '‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nOn Monday, Joe <joe@x.test> wrote:\n\n> old',
    'a line to answer above': '##- Please type your reply above this line -##\n\nold text',
    'the same in German': '--- Bitte antworten Sie über dieser Zeile ---\n\nold text',
    'a rule and a header': '-----\nJoe <joe@x.test> wrote:\n\n> old text',
    GroupWise: '>>> "Joe Do" <joe@x.test> 3/20/2014 6:04 PM >>>\nold text',
  }
  for (const [name, quote] of Object.entries(openings))
    it(`knows where a quote begins: ${name}`, () => {
      expect(splitReplyText(`Answer.\n\n${quote}\n`).reply).toBe('Answer.')
    })

  it('keeps what only looks like it', () => {
    for (const text of [
      'At 10:00, Joe wrote:  nothing at all, and I waited.',
      'I did not reply above this line because the printer was off.',
      'Look: >>> prompt >>>',
    ])
      expect(splitReplyText(`Hello.\n\n${text}\n\nWhat now?`).reply).toBe(`Hello.\n\n${text}\n\nWhat now?`)
  })

  it('G01 stays quick on endless quotes and lines that almost match', () => {
    const start = performance.now()
    for (const text of [
      '>'.repeat(767_000),
      '> a\n'.repeat(200_000),
      'On Mon, 4 Mar 2025 at 10:00, A <a@b.test>\n'.repeat(20_000),
      'From: a\nSent: b\n\n'.repeat(30_000),
      `${' '.repeat(500_000)}wrote:`,
      '\n'.repeat(500_000),
      '-'.repeat(500_000),
    ])
      splitReplyText(text)
    expect(performance.now() - start).toBeLessThan(4000)
  })
})
