'use client'
import { useState } from 'react'
import type { Mailbox } from '../../collections/types.js'
import type { ThreadView } from '../api.js'
import { PersonField } from '../Composer/PersonField.js'
import { useDesk } from '../desk/Desk.js'
import { useActs } from '../desk/useActs.js'
import { Confirm } from '../elements/Confirm.js'

/** Whose ticket it is, changed by hand: mail never does that. */
export const RequesterDialog = ({
  ticket,
  onClose,
}: {
  ticket: ThreadView['ticket']
  onClose: () => void
}) => {
  const { text } = useDesk()
  const { act } = useActs()
  const [people, setPeople] = useState<Mailbox[]>([])
  const person = people[0]
  const save = async () => {
    if (!person) return
    const done = await act({
      ticket,
      verb: 'requester',
      body: { address: person.address, ...(person.name ? { name: person.name } : {}) },
    })
    if (done) onClose()
  }
  return (
    <Confirm
      title={text('thread:changeRequester')}
      hint={text('thread:requesterHint')}
      verb={text('thread:changeRequester')}
      isBlocked={!person}
      onClose={onClose}
      onConfirm={() => void save()}
    >
      <PersonField
        label={text('newTicket:requester')}
        people={people}
        onChange={setPeople}
        isSingle
        isBoxed
      />
    </Confirm>
  )
}
