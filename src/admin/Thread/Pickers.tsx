'use client'
import { useState } from 'react'
import { type Priority, priorities } from '../../rules/priority.js'
import { eventOfStatus, type Status, statuses } from '../../rules/status.js'
import type { ThreadView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { useKeys } from '../desk/keys.js'
import { useActs } from '../desk/useActs.js'
import { Avatar } from '../elements/Avatar.js'
import { Badge } from '../elements/Badge.js'
import { Picker } from '../elements/Picker.js'
import { useInbox } from '../Inbox/InboxContext.js'
import { assigneeOf } from './assignee.js'

type Which = 'status' | 'priority' | 'assignee' | 'mailbox'

const nobody = ''

/** The four facts of a ticket that agents change all day. */
export const Pickers = ({ thread }: { thread: ThreadView }) => {
  const { ticket } = thread
  const { text, me } = useDesk()
  const { overview } = useInbox()
  const { act } = useActs()
  const [open, setOpen] = useState<Which | null>(null)
  const opener = (which: Which) => ({
    isOpen: open === which,
    onOpen: (isOpen: boolean) => setOpen((before) => (isOpen ? which : before === which ? null : before)),
  })

  const agents = (overview?.agents ?? []).filter(
    ({ mailboxes }) => mailboxes === 'all' || mailboxes.includes(ticket.mailbox),
  )
  const setStatus = (status: Status, silent = false) =>
    void act({ ticket, verb: 'status', body: { status, ...(silent && { silent }) }, expect: { status } })
  const assign = (value: string) => {
    const assignee = assigneeOf({ picked: value, me, agents: overview?.agents ?? [] })
    if (assignee === undefined) return
    void act({ ticket, verb: 'assign', body: { assignee: assignee?.id ?? null }, expect: { assignee } })
  }
  useKeys({
    s: () => setOpen('status'),
    p: () => setOpen('priority'),
    a: () => setOpen('assignee'),
    e: () => ticket.status !== 'resolved' && setStatus('resolved'),
    i: () => assign(String(me.id)),
  })

  const statusOptions = statuses.flatMap((status) => {
    const told = eventOfStatus(ticket.status, status)
    const option = {
      value: status as string,
      label: text(`status:${status}`),
      mark: <span className={`hd-status hd-status--${status}`} />,
    }
    if (!told || !ticket.tells[told]) return [option]
    return [
      { ...option, hint: text('thread:told') },
      { ...option, value: `${status} silent`, hint: text('thread:silent') },
    ]
  })

  // The agent who has it may have lost their role since, and must still be shown.
  const assigneeOptions = [
    { value: nobody, label: text('inbox:nobody') },
    ...[
      ...agents.filter(({ id }) => id === me.id),
      ...agents.filter(({ id }) => id !== me.id),
      ...(ticket.assignee && !agents.some(({ id }) => id === ticket.assignee?.id) ? [ticket.assignee] : []),
    ].map(({ id, name }) => ({
      value: String(id),
      label: name,
      mark: <Avatar small kind="agent" name={name} />,
      hint: id === me.id ? text('inbox:me') : '',
    })),
  ]
  const known = (overview?.mailboxes ?? []).filter(({ archived, id }) => !archived || id === ticket.mailbox)
  // A ticket may have been given to an agent who does not work in its mailbox.
  const mailboxes = known.some(({ id }) => id === thread.mailbox.id) ? known : [thread.mailbox, ...known]

  return (
    <div className="hd-pickers">
      <Picker
        label={text('field:status')}
        shortcut="s"
        value={ticket.status}
        options={statusOptions}
        onPick={(value) => {
          const [status, silent] = value.split(' ')
          setStatus(status as Status, silent === 'silent')
        }}
        {...opener('status')}
      >
        <Badge tone={ticket.status}>{text(`status:${ticket.status}`)}</Badge>
      </Picker>
      <Picker
        label={text('field:priority')}
        shortcut="p"
        className={`hd-pick--${ticket.priority}`}
        value={ticket.priority}
        options={priorities.map((value) => ({ value, label: text(`priority:${value}`) })).reverse()}
        onPick={(value) =>
          void act({
            ticket,
            verb: 'priority',
            body: { priority: value as Priority },
            expect: { priority: value as Priority },
          })
        }
        {...opener('priority')}
      />
      <Picker
        label={text('field:assignee')}
        shortcut="a"
        searchLabel={text('thread:findAgent')}
        emptyLabel={text('thread:noAgent')}
        value={ticket.assignee ? String(ticket.assignee.id) : nobody}
        options={assigneeOptions}
        onPick={assign}
        {...opener('assignee')}
      >
        {ticket.assignee ? (
          <>
            <Avatar small kind="agent" name={ticket.assignee.name} />
            <span className="hd-pick__name">{ticket.assignee.name}</span>
          </>
        ) : (
          <span className="hd-pick__none">{text('inbox:nobody')}</span>
        )}
      </Picker>
      {!ticket.assignee && (
        <button
          type="button"
          className="hd-button hd-button--small"
          aria-keyshortcuts="i"
          title={`${text('thread:take')} (I)`}
          onClick={() => assign(String(me.id))}
        >
          {text('thread:take')}
        </button>
      )}
      {mailboxes.length > 1 && (
        <Picker
          label={text('field:mailbox')}
          value={String(ticket.mailbox)}
          options={mailboxes.map(({ id, name, address }) => ({
            value: String(id),
            label: name,
            hint: address,
          }))}
          onPick={(value) => {
            const mailbox = mailboxes.find(({ id }) => String(id) === value)
            if (mailbox)
              void act({
                ticket,
                verb: 'mailbox',
                body: { mailbox: mailbox.id },
                expect: { mailbox: mailbox.id },
              })
          }}
          {...opener('mailbox')}
        />
      )}
    </div>
  )
}
