const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => escapes[char]!)

/** Links made in one text; a flood of addresses stays plain. */
const maxLinks = 500
const maxWord = 2000

// One word at a time, each pattern anchored at its start: nothing here can backtrack over the text.
const urlStart = /^(?:https?:\/\/|www\.)[\p{L}\p{N}]/iu
const mailWord =
  /^(?:mailto:)?[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}][\p{L}\p{N}-]{0,62}(?:\.[\p{L}\p{N}-]{1,63}){1,6}$/iu

const trailing = (word: string): number => {
  let end = word.length
  while (end > 0) {
    const char = word[end - 1]!
    if (',.;:!?\'"*_»”’'.includes(char)) end--
    else if (char === ')' && !word.slice(0, end).includes('(')) end--
    else if (char === ']' && !word.slice(0, end).includes('[')) end--
    else break
  }
  return end
}

const linkFor = (word: string): string | null => {
  if (urlStart.test(word)) return /^www\./i.test(word) ? `https://${word}` : word
  if (/^tel:\+?[\d().-]{3,30}$/i.test(word)) return word
  return mailWord.test(word) ? (/^mailto:/i.test(word) ? word : `mailto:${word}`) : null
}

const leading = /^[<([{"'„“«*_]+/

const linkWord = (word: string): { html: string; linked: boolean } => {
  const start = leading.exec(word.slice(0, 20))?.[0].length ?? 0
  // A URL ends where markup would begin: what follows a quote or bracket is text.
  const stop = word.slice(start).search(/[<>"`\\]/)
  const core = stop < 0 ? word.slice(start) : word.slice(start, start + stop)
  const link = core.slice(0, trailing(core))
  const href = link.length <= maxWord ? linkFor(link) : null
  if (!href) return { html: escapeHtml(word), linked: false }
  const rest = word.slice(start + link.length)
  const anchor = `<a href="${escapeHtml(href)}" target="_blank" rel="noopener noreferrer nofollow">${escapeHtml(link)}</a>`
  return { html: `${escapeHtml(word.slice(0, start))}${anchor}${escapeHtml(rest)}`, linked: true }
}

/**
 * Plain text as HTML: everything escaped, line breaks and runs of blanks kept, web and mail addresses made links
 * (http, https, mailto and tel only).
 */
export const textToHtml = (text: string): string => {
  let links = 0
  const lines = text.replace(/\r\n?/g, '\n').split('\n')
  return lines
    .map((line) =>
      line
        .split(/(\s+)/)
        .map((word) => {
          if (!word.trim()) return word.replace(/ {2}/g, ' \u00a0').replace(/\t/g, '\u00a0\u00a0\u00a0 ')
          if (links >= maxLinks || !/[@.:]/.test(word)) return escapeHtml(word)
          const { html, linked } = linkWord(word)
          if (linked) links++
          return html
        })
        .join(''),
    )
    .join('<br>\n')
}
