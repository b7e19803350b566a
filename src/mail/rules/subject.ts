const replyPrefixes =
  're|aw|antw|antwort|sv|vs|vl|odp|ref|res|r|rif|ynt|yan|cevap|回复|回覆|答复|答覆|返信|رد|השב|תשובה|απ|απάντηση|atb|hal|bls|balas|ответ|отв|відп|відповідь|на|trả lời|ทอบ|ตอบ|회신|답장|ré|rép|réf|rv|odg|vá|válasz|svar|vast|kt|atbilde|re-'
const forwardPrefixes =
  'fwd|fw|wg|weitergeleitet|tr|trans|rv|enc|i|inoltro|inoltra|doorst|doorgestuurd|vb|vs-fwd|videresendt|välitetty|pd|przek|fwd-|пересл|пер|переслано|ilt|iletilen|转发|轉寄|轉發|転送|전달|تحويل|إعادة توجيه|הועבר|πρθ|továbbítva|tov|nm|redirecționat|ส่งต่อ|chuyển tiếp|edasi|vl-fwd|preposl|přepsl'

const names = (list: string): Set<string> => new Set(list.split('|'))
const replies = names(replyPrefixes)
const forwards = names(forwardPrefixes)

/** Prefixes read at most: some threads carry dozens. */
const maxPrefixes = 50

const prefixAt = (subject: string): { name: string; rest: string } | null => {
  const match = /^\s*(\p{L}[\p{L}\p{M} -]{0,16}?)\s?(?:[[(]\d{1,3}[\])]|\^\d{1,3}|\d{1,2})?\s*[:：]\s*/u.exec(
    subject,
  )
  return match ? { name: match[1]!.trim().toLowerCase(), rest: subject.slice(match[0].length) } : null
}

/** The subject without `Re:`, `AW:`, `Fwd:`, … in any of the languages; what it was is said beside it. */
export const stripSubject = (subject: string): { subject: string; isReply: boolean; isForward: boolean } => {
  let rest = subject.trim()
  let isReply = false
  let isForward = false
  for (let i = 0; i < maxPrefixes; i++) {
    const prefix = prefixAt(rest)
    if (!prefix) break
    if (forwards.has(prefix.name)) {
      if (!isReply) isForward = true
    } else if (replies.has(prefix.name)) isReply = true
    else break
    rest = prefix.rest.trim()
  }
  return { subject: rest, isReply, isForward }
}
