import { describe, expect, it } from 'vitest'
import { sanitizeHtml } from '../../rules/html/sanitize.js'
import { quotesMarked } from './quoteMark.js'
import { splitReplyHtml } from './replyHtml.js'

const split = (html: string, forwarded = false) =>
  splitReplyHtml(sanitizeHtml(html, { mark: quotesMarked }).html, { forwarded })

describe('splitReplyHtml', () => {
  it('leaves no marks behind, its own or a sender’s', () => {
    expect(
      split(
        '<blockquote type="cite" data-quote-mark="cut">x</blockquote><div data-quote-mark="quote">y</div>',
      ).html,
    ).toBe('<blockquote type="cite">x</blockquote><div>y</div>')
    expect(split('<p>set onload = 1</p>').html).toBe('<p>set onload &#61; 1</p>')
  })

  it('G06 stays quick on giant HTML', () => {
    const start = performance.now()
    expect(split('<a href="https://x.test/a">l</a> '.repeat(5001)).html).toContain('https://x.test/a')
    expect(split('a'.repeat(2_000_000)).html).toHaveLength(2_000_000)
    expect(performance.now() - start).toBeLessThan(4000)
  })

  const clients = {
    gmail:
      '<div>Answer</div><div class="gmail_quote"><div class="gmail_attr">On Tue, Mar 4, 2025 at 8:00 AM Acme &lt;a@b.test&gt; wrote:<br></div><blockquote class="gmail_quote">Question</blockquote></div>',
    'gmail, unknown language':
      '<div>Answer</div><div class="gmail_quote"><div class="gmail_attr">Blah blah Acme:<br></div><blockquote class="gmail_quote">Question</blockquote></div>',
    'apple mail':
      '<div>Answer</div><div><blockquote type="cite">On 4. Mar 2025, at 08:00, Acme &lt;a@b.test&gt; wrote:<br>Question</blockquote></div>',
    thunderbird:
      '<div class="moz-cite-prefix">Am 04.03.25 um 08:00 schrieb Acme:</div><blockquote type="cite"><p>Question</p></blockquote><p>Answer</p>',
    'outlook web':
      '<div>Answer</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Acme<br><b>Sent:</b> Tuesday<br><b>To:</b> Kim<br><b>Subject:</b> x</div><div>Question</div>',
    'outlook web, prefixed':
      '<div>Answer</div><div id="x_divRplyFwdMsg"><b>From:</b> Acme<br><b>Sent:</b> Tuesday<br></div><div>Question</div>',
    'outlook desktop':
      '<p>Answer</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>Von:</b> Acme<br><b>Gesendet:</b> Dienstag<br><b>An:</b> Kim<br><b>Betreff:</b> x</p></div><p>Question</p>',
    'outlook mobile':
      '<div>Answer</div><div id="mail-editor-reference-message-container"><div>From: Acme</div><div>Question</div></div>',
    yahoo:
      '<div>Answer</div><div class="yahoo_quoted"><div>On Tuesday, Acme wrote:</div><div>Question</div></div>',
    proton:
      '<div>Answer</div><div class="protonmail_quote">On Tuesday, March 4th, 2025 at 8:00 AM, Acme &lt;a@b.test&gt; wrote:<blockquote type="cite">Question</blockquote></div>',
    'plain blockquote':
      '<div>Answer</div><div>04.03.2025, 08:00, "Acme" &lt;a@b.test&gt;:</div><blockquote>Question</blockquote>',
    'original message':
      '<div>Answer</div>-----Original Message-----<br>From: Acme<br>To: Kim<br>Sent: Tue<br>Subject: x<br><br>Question',
    zimbra:
      '<div>Answer</div><hr data-marker="__DIVIDER__"><div data-marker="__QUOTED_TEXT__"><div>Question</div></div>',
  }
  for (const [client, html] of Object.entries(clients)) {
    it(`parts the reply as ${client} writes it`, () => {
      const parts = split(html)
      expect(parts.reply.replace(/_{5,}/g, '').trim()).toBe('Answer')
      expect(parts.replyHtml).toContain('Answer')
      expect(parts.replyHtml).not.toContain('Question')
      expect(parts.quotedHtml).toContain('Question')
      expect(parts.quotedHtml).not.toContain('Answer')
      expect(parts.text).toContain('Question')
    })
  }

  it('keeps answers between quotes', () => {
    const parts = split(
      '<blockquote type="cite">One?</blockquote><p>Yes.</p><blockquote type="cite">Two?</blockquote><p>No.</p>',
    )
    expect(parts.reply).toBe('Yes.\n\nNo.')
    expect(parts.replyHtml).toBe('<p>Yes.</p><p>No.</p>')
  })

  it('keeps a forwarded mail and an indented block as content', () => {
    expect(
      split(
        '<p>Look</p><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: X<br></div><p>Content</p></div>',
      ).quotedHtml,
    ).toBeNull()
    expect(split('<p>My idea:</p><blockquote>indented</blockquote>').quotedHtml).toBeNull()
    expect(
      split(
        '<p>FYI</p><div id="divRplyFwdMsg"><b>From:</b> A<br><b>Sent:</b> x<br><b>Subject:</b> y</div><p>Content</p>',
        true,
      ).quotedHtml,
    ).toBeNull()
  })

  it('shows the whole where nothing but a quote is left', () => {
    expect(
      split(
        '<div id="divRplyFwdMsg"><b>From:</b> A<br><b>Sent:</b> x<br><b>Subject:</b> y</div><p>Content</p>',
      ).reply,
    ).toContain('Content')
  })

  it('makes readable text: lists, tables, hidden preheaders left out', () => {
    expect(
      split(
        '<div style="display:none">preheader</div><h1>Title</h1><p>a<br>b</p><ol><li>x<li>y</ol><table><tr><td>1</td><td>2</td></tr></table>',
      ).text,
    ).toBe('Title\n\na\nb\n\n1. x\n2. y\n\n1  2')
  })
})
