'use client'
import { useCallback, useEffect, useState } from 'react'
import type { MailboxHealth } from '../api.js'
import { useExplain, useRequests } from '../desk/Desk.js'

const refreshMs = 5000

type Id = string | number | undefined

/** How a mailbox is doing, read again while somebody looks at it. */
export const useHealth = (id: Id) => {
  const request = useRequests()
  const explain = useExplain()
  const [health, setHealth] = useState<MailboxHealth | null>(null)
  const [problem, setProblem] = useState('')

  const read = useCallback(async () => {
    if (!id) return
    try {
      setHealth(await request.get<MailboxHealth>(`/mailboxes/${id}/health`))
      setProblem('')
    } catch (error) {
      setProblem(explain(error))
    }
  }, [id, request, explain])
  useEffect(() => {
    void read()
    const timer = setInterval(() => document.visibilityState === 'visible' && void read(), refreshMs)
    return () => clearInterval(timer)
  }, [read])
  return { health, problem, read }
}
