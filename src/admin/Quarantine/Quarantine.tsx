'use client'
import '../desk/tokens.css'
import '../elements/elements.css'
import '../elements/floating.css'
import '../Inbox/Inbox.css'
import './Quarantine.css'
import { SetStepNav, toast } from '@payloadcms/ui'
import { useCallback, useEffect, useState } from 'react'
import type { QuarantinePage } from '../api.js'
import { type DeskProps, DeskProvider, useDesk } from '../desk/Desk.js'
import { Icon } from '../elements/icons.js'
import { Notice } from '../elements/Notice.js'
import { Spinner } from '../elements/Spinner.js'
import { QuarantinedMail } from './QuarantinedMail.js'

type Mail = QuarantinePage['mails'][number]

export type QuarantineAct = 'retry' | 'ticket' | 'discard' | 'fetch'

const Screen = () => {
  const { text, request, adminUrl, slugs, explain, complain, titleSuffix } = useDesk()
  const [mails, setMails] = useState<Mail[] | null>(null)
  const [next, setNext] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState<Mail['id'] | null>(null)

  const read = useCallback(
    async (after: string | null) => {
      try {
        const page = await request.get<QuarantinePage>('/quarantine', { query: { after } })
        setMails((before) => (after ? [...(before ?? []), ...page.mails] : page.mails))
        setNext(page.next)
        setError(null)
      } catch (failed) {
        setError(failed)
      }
    },
    [request],
  )
  useEffect(() => void read(null), [read])

  const act = async (mail: Mail, verb: QuarantineAct) => {
    setBusy(mail.id)
    try {
      await request.post(`/quarantine/${mail.id}/${verb}`)
      toast.success(text(`quarantine:done:${verb}`))
      await read(null)
    } catch (failed) {
      complain(failed)
    } finally {
      setBusy(null)
    }
  }
  const title = text('quarantine:title')
  const inbox = adminUrl(`/collections/${slugs.tickets}/inbox`)
  return (
    <div className="helpdesk helpdesk--page">
      <SetStepNav nav={[{ label: text('inbox:title'), url: inbox }, { label: title }]} />
      <title>{`${title} · ${text('inbox:title')}${titleSuffix}`}</title>
      <main className="hd-quarantine">
        <h1>{title}</h1>
        <p className="hd-quarantine__hint">{text('quarantine:hint')}</p>
        {Boolean(error) && (
          <Notice
            tone="bad"
            icon="warning"
            isUrgent
            actions={
              <button type="button" className="hd-button" onClick={() => void read(null)}>
                {text('desk:again')}
              </button>
            }
          >
            {explain(error)}
          </Notice>
        )}
        {!mails && !error && <Spinner label={text('desk:loading')} />}
        {mails?.length === 0 && (
          <div className="hd-empty">
            <Icon name="check" size={28} />
            <p className="hd-empty__title">{text('quarantine:empty')}</p>
            <p className="hd-empty__words">{text('quarantine:emptyHint')}</p>
            <a className="hd-button" href={inbox}>
              {text('inbox:title')}
            </a>
          </div>
        )}
        {mails && mails.length > 0 && (
          // biome-ignore lint/a11y/noRedundantRoles: Safari takes the role from lists without bullets
          <ul className="hd-quarantine__mails" role="list">
            {mails.map((mail) => (
              <QuarantinedMail
                key={mail.id}
                mail={mail}
                isBusy={busy === mail.id}
                onAct={(verb) => void act(mail, verb)}
              />
            ))}
          </ul>
        )}
        {next && (
          <button type="button" className="hd-button" onClick={() => void read(next)}>
            {text('quarantine:more')}
          </button>
        )}
      </main>
    </div>
  )
}

/** The list of mails in quarantine. */
export const Quarantine = (desk: DeskProps) => (
  <DeskProvider {...desk}>
    <Screen />
  </DeskProvider>
)
