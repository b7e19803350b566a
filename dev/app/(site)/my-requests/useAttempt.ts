'use client'
import { useRouter } from 'next/navigation.js'
import { PortalError } from 'payload-helpdesk/portal/client'
import { useState } from 'react'

const sentenceOf = ({ key, fields, message }: PortalError): string => {
  if (key === 'formExpired') return 'This page had grown old and has been renewed. Please try again.'
  return (key === 'badInput' && Object.values(fields)[0]) || message
}

/** Asks the portal for something, and keeps why it was refused until the next try. */
export const useAttempt = () => {
  const router = useRouter()
  const [refusal, setRefusal] = useState('')
  const attempt = async (act: () => Promise<void>): Promise<boolean> => {
    setRefusal('')
    try {
      await act()
      return true
    } catch (error) {
      if (!(error instanceof PortalError)) throw error
      setRefusal(sentenceOf(error))
      if (error.key === 'formExpired') router.refresh()
      return false
    }
  }
  return { refusal, attempt }
}
