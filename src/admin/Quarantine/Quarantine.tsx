'use client'
import '../desk/tokens.css'
import '../elements/elements.css'
import '../elements/facts.css'
import '../elements/floating.css'
import '../Inbox/Inbox.css'
import '../Composer/Composer.css'
import './Quarantine.css'
import { SetStepNav } from '@payloadcms/ui'
import { useRef } from 'react'
import { type DeskProps, DeskProvider, useDesk } from '../desk/Desk.js'
import { Icon } from '../elements/icons.js'
import { Notice } from '../elements/Notice.js'
import { Spinner } from '../elements/Spinner.js'
import { QuarantinedMail } from './QuarantinedMail.js'
import { useQuarantine } from './useQuarantine.js'

const Screen = () => {
  const { text, adminUrl, slugs, explain, titleSuffix } = useDesk()
  const list = useRef<HTMLUListElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  // The button that was pressed goes with its mail: the keyboard goes on with the next one.
  const focusNear = (index: number) =>
    setTimeout(() => {
      const titles = list.current?.querySelectorAll<HTMLElement>('.hd-mail h2')
      const near = titles?.[Math.min(index, titles.length - 1)] ?? heading.current
      near?.focus()
    })
  const { mails, next, error, busy, read, act } = useQuarantine(focusNear)
  const title = text('quarantine:title')
  const inbox = adminUrl(`/collections/${slugs.tickets}/inbox`)
  return (
    <div className="helpdesk helpdesk--page">
      <SetStepNav nav={[{ label: text('inbox:title'), url: inbox }, { label: title }]} />
      <title>{`${title} · ${text('inbox:title')}${titleSuffix}`}</title>
      <div className="hd-quarantine">
        <div className="hd-quarantine__head">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          <p>{text('quarantine:hint')}</p>
        </div>
        {Boolean(error) && (
          <Notice
            tone="bad"
            icon="warning"
            isUrgent
            actions={
              <button type="button" className="hd-button" onClick={() => void read()}>
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
          <ul ref={list} className="hd-quarantine__mails" role="list">
            {mails.map((mail) => (
              <QuarantinedMail
                key={mail.id}
                mail={mail}
                isBusy={busy === mail.id}
                onAct={(verb, body) => void act({ mail, verb, body })}
              />
            ))}
          </ul>
        )}
        {next && (
          <button type="button" className="hd-button" onClick={() => void read(next)}>
            {text('quarantine:more')}
          </button>
        )}
      </div>
    </div>
  )
}

/** The list of mails in quarantine. */
export const Quarantine = (desk: DeskProps) => (
  <DeskProvider {...desk}>
    <Screen />
  </DeskProvider>
)
