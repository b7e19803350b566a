'use client'
import { useEffect, useState } from 'react'
import type { Mailbox } from '../../collections/types.js'
import type { Priority } from '../../rules/priority.js'
import type { AttachmentView, Overview } from '../api.js'
import { isBlank } from '../Composer/source.js'
import { useUploads } from '../Composer/useUploads.js'

export type NewTicketForm = {
  /** The mailbox that was chosen; empty = the one of the list, or the first. */
  mailbox: string
  requester: Mailbox[]
  cc: Mailbox[]
  subject: string
  priority: Priority
  isMine: boolean
  source: unknown
  files: AttachmentView[]
}

const empty: NewTicketForm = {
  mailbox: '',
  requester: [],
  cc: [],
  subject: '',
  priority: 'normal',
  isMine: true,
  source: undefined,
  files: [],
}

const isBegun = ({ requester, cc, subject, source, files }: NewTicketForm): boolean =>
  Boolean(requester.length || cc.length || subject.trim() || files.length || !isBlank(source))

/** A new ticket as far as it is written: it outlives a look at another ticket, and leaving the page asks first. */
export const useNewTicket = (overview: Overview | null) => {
  const [form, setForm] = useState(empty)
  const uploads = useUploads({
    scope: 'new',
    maxSize: overview?.maxAttachmentSize ?? Number.POSITIVE_INFINITY,
    onDone: (file) => setForm((before) => ({ ...before, files: [...before.files, file] })),
  })
  const begun = isBegun(form)
  useEffect(() => {
    if (!begun) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [begun])
  return {
    form,
    change: (part: Partial<NewTicketForm>) => setForm((before) => ({ ...before, ...part })),
    clear: () => setForm(empty),
    isBegun: begun,
    uploads,
  }
}

export type WrittenTicket = ReturnType<typeof useNewTicket>
