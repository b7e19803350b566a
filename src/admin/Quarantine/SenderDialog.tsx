'use client'
import { useState } from 'react'
import type { Mailbox } from '../../collections/types.js'
import { PersonField } from '../Composer/PersonField.js'
import { useDesk } from '../desk/Desk.js'
import { Dialog } from '../elements/Dialog.js'

type SenderDialogProps = { onClose: () => void; onPick: (requester: Mailbox) => void }

/** Whose ticket a mail becomes that names nobody. */
export const SenderDialog = ({ onClose, onPick }: SenderDialogProps) => {
  const { text } = useDesk()
  const [people, setPeople] = useState<Mailbox[]>([])
  const person = people[0]
  return (
    <Dialog
      title={text('quarantine:whose')}
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
            onClick={() => person && onPick(person)}
          >
            {text('quarantine:ticket')}
          </button>
        </>
      }
    >
      <p className="hd-dialog__words">{text('quarantine:whoseHint')}</p>
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
