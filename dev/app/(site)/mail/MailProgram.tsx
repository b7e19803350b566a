'use client'

import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Compose, type Draft } from './Compose.js'
import { ConversationList } from './ConversationList.js'
import { conversationsOf } from './conversations.js'
import { Message } from './Message.js'
import { quote } from './quote.js'
import type { ShownMail } from './types.js'

type Props = { start: string; supportAddresses: string[] }

/** Plays the mail program of whoever is named at the top. */
export const MailProgram = ({ start, supportAddresses }: Props) => {
  const [address, setAddress] = useState(start)
  const [typed, setTyped] = useState(start)
  const [customers, setCustomers] = useState<string[]>([])
  const [mails, setMails] = useState<ShownMail[]>()
  const [openKey, setOpenKey] = useState<string>()
  const [draft, setDraft] = useState<Draft>()
  const [notice, setNotice] = useState('')
  const [isAway, setIsAway] = useState(false)
  const current = useRef(address)

  const refresh = useCallback(async () => {
    const asked = current.current
    try {
      const response = await fetch(`/mail/api/read?address=${encodeURIComponent(asked)}`)
      const answer = (await response.json()) as { customers: string[]; mails: ShownMail[] }
      if (asked !== current.current) return
      setIsAway(false)
      setCustomers(answer.customers)
      setMails((known) => (keysOf(known) === keysOf(answer.mails) ? known : answer.mails))
    } catch {
      setIsAway(true)
    }
  }, [])

  useEffect(() => {
    void refresh()
    const timer = setInterval(refresh, 1000)
    return () => clearInterval(timer)
  }, [refresh])

  const become = (next: string) => {
    const person = next.trim().toLowerCase()
    if (!/^\S+@\S+$/.test(person)) return
    current.current = person
    setAddress(person)
    setTyped(person)
    setMails(undefined)
    setOpenKey(undefined)
    setDraft(undefined)
    setNotice('')
    window.history.replaceState(null, '', `/mail?as=${encodeURIComponent(person)}`)
    void refresh()
  }

  const conversations = useMemo(() => conversationsOf(mails ?? []), [mails])
  const open = conversations.find(({ key }) => key === openKey)
  const write = () => {
    setNotice('')
    setDraft({ from: address, to: supportAddresses[0] ?? '', subject: '', text: '' })
  }
  const answer = (mail: ShownMail) => {
    setNotice('')
    setDraft({ from: address, ...quote(mail) })
  }

  return (
    <main className={`mail ${open || draft ? 'mail-reading' : ''}`}>
      <header className="mail-bar">
        <a className="brand" href="/">
          Acme
        </a>
        <form
          className="mail-who"
          onSubmit={(event) => {
            event.preventDefault()
            become(typed)
          }}
        >
          <label htmlFor="who">Mail of</label>
          <input
            id="who"
            type="email"
            list="customers"
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value)
              // A choice from the list needs no Enter.
              if (customers.includes(event.target.value)) become(event.target.value)
            }}
            onBlur={() => typed !== address && become(typed)}
          />
          <datalist id="customers">
            {customers.map((customer) => (
              <option key={customer} value={customer} />
            ))}
          </datalist>
        </form>
        <button type="button" className="primary" onClick={write}>
          Write
        </button>
      </header>

      <section className="mail-list" aria-label="Mails">
        {mails && !mails.length && (
          <p className="mail-empty">
            No mail for {address} yet. Write to {supportAddresses[0]}; the answer appears here by itself.
          </p>
        )}
        <ConversationList
          conversations={conversations}
          openKey={openKey}
          onOpen={(key) => {
            setOpenKey(key)
            setDraft(undefined)
            setNotice('')
          }}
        />
      </section>

      <section className="mail-pane" aria-live="polite">
        {isAway && <p className="mail-notice">The mail server does not answer. Is the demo still running?</p>}
        {notice && <p className="mail-notice">{notice}</p>}
        {draft ? (
          <Compose
            draft={draft}
            supportAddresses={supportAddresses}
            onChange={setDraft}
            onClose={(sent) => {
              setDraft(undefined)
              setNotice(sent ? `Sent to ${draft.to}.` : '')
              void refresh()
            }}
          />
        ) : open ? (
          <Conversation mails={open.mails} onReply={answer} onBack={() => setOpenKey(undefined)} />
        ) : (
          <p className="mail-empty">Choose a mail, or write one.</p>
        )}
      </section>
    </main>
  )
}

const keysOf = (mails: ShownMail[] | undefined): string | undefined => mails?.map(({ key }) => key).join(' ')

type ConversationProps = {
  mails: ShownMail[]
  onReply: (mail: ShownMail) => void
  onBack: () => void
}

const Conversation = ({ mails, onReply, onBack }: ConversationProps) => {
  const answered = mails.findLast(({ isOwn }) => !isOwn) ?? mails.at(-1)
  return (
    <article className="mail-conversation">
      <div className="mail-tools">
        <button type="button" className="mail-back" onClick={onBack}>
          Back
        </button>
        <button type="button" className="primary" onClick={() => answered && onReply(answered)}>
          Reply
        </button>
      </div>
      <h1>{mails[0]?.subject || '(no subject)'}</h1>
      {mails.toReversed().map((mail) => (
        <Message key={mail.key} mail={mail} />
      ))}
    </article>
  )
}
