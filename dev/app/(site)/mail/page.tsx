import type { Metadata } from 'next'
import { notFound } from 'next/navigation.js'
import { mailboxes } from '../../../seed/mailboxes.js'
import { MailProgram } from './MailProgram.js'
import './mail.css'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Mail' }

type Args = { searchParams: Promise<{ as?: string }> }

/** The customer's mail program, against the local mail server. */
const Page = async ({ searchParams }: Args) => {
  if (process.env.HELPDESK_DEMO !== '1') notFound()
  const { as } = await searchParams
  return (
    <MailProgram
      start={as ?? 'jo@customer.test'}
      supportAddresses={mailboxes.map(({ address }) => address)}
    />
  )
}

export default Page
