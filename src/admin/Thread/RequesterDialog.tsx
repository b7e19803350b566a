'use client'
import { useState } from 'react'
import type { Mailbox } from '../../collections/types.js'
import type { ThreadView } from '../api.js'
import { PersonField } from '../Composer/PersonField.js'
import { useDesk } from '../desk/Desk.js'
import { useActs } from '../desk/useActs.js'
import { Dialog } from '../elements/Dialog.js'

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
    <Dialog
      title={text('thread:changeRequester')}
      closeLabel={text('desk:close')}
      onClose={onClose}
      actions={
        <>
          <button type="button" className="hd-button" onClick={onClose}>
            {text('desk:cancel')}
          </button>
          <button
            type="button"
            className="hd-button hd-button--primary"
            disabled={!person}
            onClick={() => void save()}
          >
            {text('thread:changeRequester')}
          </button>
        </>
      }
    >
      <p className="hd-dialog__words">{text('thread:requesterHint')}</p>
      <PersonField
        label={text('newTicket:requester')}
        people={people}
        onChange={setPeople}
        isSingle
        isBoxed
      />
    </Dialog>
  )
}
