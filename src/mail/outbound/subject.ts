import { oneLine } from '../../rules/oneLine.js'
import { subjectTag } from '../../rules/reference.js'
import { stripSubject } from '../rules/subject.js'

export type SubjectArgs = {
  subject: string
  /** Whether somebody wrote before: the customer's subject with `Re:`. */
  isAnswer: boolean
  /** Ticket and reply key for the tag, where the mailbox uses one. */
  tag: { number: number; replyKey: string } | null
}

const answering = (subject: string): string => {
  const { isReply, isForward } = stripSubject(subject)
  return isReply && !isForward ? subject : `Re: ${subject}`
}

/** Mail programs group by subject: it stays the customer's own. */
export const subjectLine = ({ subject, isAnswer, tag }: SubjectArgs): string => {
  const plain = oneLine(isAnswer ? answering(oneLine(subject)) : subject)
  if (!tag) return plain
  const written = subjectTag(tag.number, tag.replyKey)
  return plain.includes(written) ? plain : `${plain} ${written}`.trim()
}
