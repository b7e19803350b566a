'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import { Compose, type Draft } from './Compose.js'
import { Message } from './Message.js'
import { quote } from './quote.js'
import type { ShownMail } from './types.js'

type Props = { start: string; supportAddresses: string[] }

/** Plays the mail program of whoever is named at the top. */
export const MailProgram = ({ start, supportAddresses }: Props) => {
  const [address, setAddress] = useState(start)
  const [typed, setTyped] = useState(start)
  const [customers, setCustomers] = useState<string[]>([])
  const [mails, setMails] = useState<ShownMail[]>([])
  const [openUid, setOpenUid] = useState<number>()
  const [draft, setDraft] = useState<Draft>()
  const [notice, setNotice] = useState('')
  const current = useRef(address)

  const refresh = useCallback(async () => {
    const asked = current.current
    try {
      const response = await fetch(`/mail/api/read?address=${encodeURIComponent(asked)}`)
      const answer = (await response.json()) as { customers: string[]; mails: ShownMail[] }
      if (asked !== current.current) return
      setCustomers(answer.customers)
      setMails(answer.mails.reverse())
    } catch {
      setNotice('The mail server does not answer. Is the demo still running?')
    }
  }, [])

  useEffect(() => {
    void refresh()
    const timer = setInterval(refresh, 1500)
    return () => clearInterval(timer)
  }, [refresh])

  const become = (next: string) => {
    const person = next.trim().toLowerCase()
    if (!/^\S+@\S+$/.test(person)) return
    current.current = person
    setAddress(person)
    setTyped(person)
    setMails([])
    setOpenUid(undefined)
    setDraft(undefined)
    setNotice('')
    window.history.replaceState(null, '', `/mail?as=${encodeURIComponent(person)}`)
    void refresh()
  }

  const open = mails.find(({ uid }) => uid === openUid)
  const write = () => setDraft({ from: address, to: supportAddresses[0] ?? '', subject: '', text: '' })
  const answer = (mail: ShownMail) => setDraft({ from: address, ...quote(mail) })

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
            onChange={(event) => setTyped(event.target.value)}
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

      <section className="mail-list" aria-label="Inbox">
        {mails.length === 0 && (
          <p className="mail-empty">
            No mail for {address} yet. Write to {supportAddresses[0]}; the answer appears here by itself.
          </p>
        )}
        {mails.map((mail) => (
          <button
            key={mail.uid}
            type="button"
            className="mail-row"
            aria-current={mail.uid === openUid}
            onClick={() => {
              setOpenUid(mail.uid)
              setDraft(undefined)
            }}
          >
            <span className="mail-from">{mail.from.name}</span>
            <time>{new Date(mail.date).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}</time>
            <span className="mail-subject">{mail.subject || '(no subject)'}</span>
            <span className="mail-preview">{mail.preview}</span>
          </button>
        ))}
      </section>

      <section className="mail-pane" aria-live="polite">
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
          <Message mail={open} onReply={() => answer(open)} onBack={() => setOpenUid(undefined)} />
        ) : (
          <p className="mail-empty">Choose a mail, or write one.</p>
        )}
      </section>
    </main>
  )
}
