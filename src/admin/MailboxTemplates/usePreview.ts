'use client'
import { useEffect, useRef, useState } from 'react'
import type { DocID } from '../../collections/types.js'
import type { TemplatePreview, TemplateWords } from '../api.js'
import { useExplain, useRequests } from '../desk/Desk.js'

/** Long enough not to ask for each letter that is typed. */
const pauseMs = 400

/** What a mail would look like with these words, asked for when typing pauses. */
export const usePreview = (mailbox: DocID | undefined, words: TemplateWords) => {
  const request = useRequests()
  const explain = useExplain()
  const [preview, setPreview] = useState<TemplatePreview | null>(null)
  const [problem, setProblem] = useState('')
  const isFirst = useRef(true)
  const body = JSON.stringify(words)

  useEffect(() => {
    if (!mailbox) return
    let isOver = false
    const ask = async () => {
      isFirst.current = false
      try {
        const path = `/mailboxes/${mailbox}/templates/preview`
        const answer = await request.post<TemplatePreview>(path, { body: JSON.parse(body) })
        if (isOver) return
        setPreview(answer)
        setProblem('')
      } catch (error) {
        if (!isOver) setProblem(explain(error))
      }
    }
    const timer = setTimeout(() => void ask(), isFirst.current ? 0 : pauseMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [mailbox, body, request, explain])
  return { preview, problem }
}
