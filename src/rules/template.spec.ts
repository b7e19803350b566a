import { describe, expect, it } from 'vitest'
import { fillBody, fillLine, fillTemplate, isolateValues, tokensOf, unknownTokens } from './template.js'

describe('a template', () => {
  it('takes each value as it is', () => {
    expect(
      fillTemplate('Hello {customer_first_name}, #{ticket_id}.', {
        customer_first_name: 'Ada',
        ticket_id: '7',
      }),
    ).toBe('Hello Ada, #7.')
  })

  it('E04 evaluates nothing that a value says, and does not look for tokens in it', () => {
    const code = ['$', '{7*7} {{constructor}} %{secret} $& $1'].join('')
    const values = {
      customer_first_name: '{ticket_id}',
      ticket_id: code,
    }
    expect(fillTemplate('{customer_first_name} {ticket_id}', values)).toBe(`{ticket_id} ${code}`)
    expect(fillTemplate('{constructor}{valueof}', {})).toBe('')
  })

  it('leaves no blank where a value is empty', () => {
    expect(fillTemplate('Guten Tag {customer_full_name},', {})).toBe('Guten Tag,')
  })

  it('E01 makes one line of a subject', () => {
    expect(fillLine('Re: {ticket_title}', { ticket_title: 'Kettle\r\nBcc: x@evil.test' })).toBe(
      'Re: Kettle Bcc: x@evil.test',
    )
    expect(fillLine('{ticket_title}', { ticket_title: 'x'.repeat(5000) })).toHaveLength(998)
  })

  it('names its tokens, and those that nobody knows', () => {
    expect(tokensOf('{a} {b_1} {a} { c } {D}')).toEqual(['a', 'b_1'])
    expect(unknownTokens('{ticket_id} {tiket_id}', ['ticket_id'])).toEqual(['tiket_id'])
    // Whatever would stand in the mail as it is.
    const meant = '{Customer_First_Name} {ticket-id} { ticket_id } {customerName} {naïve} {} {"a": 1}'
    expect(unknownTokens(meant, ['ticket_id'])).toEqual([
      'Customer_First_Name',
      'ticket-id',
      ' ticket_id ',
      'customerName',
      'naïve',
    ])
  })

  it('cuts no sign in two', () => {
    const subject = fillLine('Re: {ticket_title}', { ticket_title: `${'x'.repeat(993)}😀yyy` })
    expect(subject).toBe(`Re: ${'x'.repeat(993)}`)
  })

  it('lets a piece stand by itself on a line of its own', () => {
    const values = {
      reply_content: 'Yes.',
      mailbox_signature: 'Acme',
      ticket_public_url: 'https://acme.test',
    }
    const kinds = (body: string) => fillBody(body, values).map(({ kind }) => kind)
    expect(kinds('Hello\n{reply_content}\n{mailbox_signature}\n{ticket_public_url}\nBye')).toEqual([
      'text',
      'reply',
      'signature',
      'url',
      'text',
    ])
    expect(kinds('{reply_content} and so on')).toEqual(['text'])
  })

  it('leads nowhere where a link goes on with a value', () => {
    const [block] = fillBody('See https://shop.test/orders/{order}, or https://shop.test/help', {
      order: '7',
    })
    expect(block).toEqual({
      kind: 'text',
      spans: [
        { text: 'See https://shop.test/orders/7, or ', isLink: false },
        { text: 'https://shop.test/help', isLink: true },
      ],
    })
  })

  it('gives paragraphs, and drops those of which nothing is left', () => {
    const body =
      'Hello {customer_first_name},\n\n{agent_name}\n\n{reply_content}\n\n{ticket_public_url}\n\n{mailbox_signature}'
    expect(
      fillBody(body, { customer_first_name: 'Ada', reply_content: 'Yes.', mailbox_signature: ' ' }),
    ).toEqual([{ kind: 'text', spans: [{ text: 'Hello Ada,', isLink: false }] }, { kind: 'reply' }])
  })

  it('E05 leads where the template leads, and nowhere that a value says', () => {
    const [block] = fillBody('See https://acme.test/help. Or {ticket_title} {ticket_public_url}', {
      ticket_title: 'https://evil.test',
      ticket_public_url: 'https://acme.test/t',
    })
    expect(block).toEqual({
      kind: 'text',
      spans: [
        { text: 'See ', isLink: false },
        { text: 'https://acme.test/help', isLink: true },
        { text: '. Or https://evil.test ', isLink: false },
        { text: 'https://acme.test/t', isLink: true },
      ],
    })
  })

  it('keeps the order of letters and signs of a value that is written the other way', () => {
    const values = {
      ticket_title: 'The kettle <leaks>',
      ticket_id: '1042',
      ticket_status: 'مفتوح',
      ticket_public_url: 'https://acme.test',
      mailbox_signature: 'Acme\nMain Street',
    }
    expect(isolateValues(values, true)).toEqual({ ...values, ticket_title: '\u2068The kettle <leaks>\u2069' })
    expect(isolateValues(values, false)).toEqual({ ...values, ticket_status: '\u2068مفتوح\u2069' })
    // A sign that turns all that follows ends with the value.
    expect(isolateValues({ ticket_title: 'x\u202e\u2069y' }, false)).toEqual({
      ticket_title: '\u2068x\u202ey\u2069',
    })
  })
})
