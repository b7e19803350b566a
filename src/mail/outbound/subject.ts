import { oneLine } from '../../rules/oneLine.js'
import { subjectTag } from '../../rules/reference.js'
import { stripSubject } from '../rules/subject.js'

export type SubjectArgs = {
  /** As the template has it: `Re: ` before a subject that says so already is left out. */
  subject: string
  /** Ticket and reply key for the tag, where the mailbox uses one. */
  tag: { number: number; replyKey: string } | null
}

/** `Re: Re: Kettle` is `Re: Kettle`: mail programs group by subject. */
const answering = (subject: string): string => {
  const rest = subject.replace(/^re:\s+/i, '')
  if (rest === subject) return subject
  const { isReply, isForward } = stripSubject(rest)
  return isReply && !isForward ? rest : subject
}

/** A subject of ours, with the tag where there is one. */
export const subjectLine = ({ subject, tag }: SubjectArgs): string => {
  const plain = oneLine(answering(oneLine(subject)))
  if (!tag) return plain
  const written = subjectTag(tag.number, tag.replyKey)
  return plain.includes(written) ? plain : `${plain} ${written}`.trim()
}
