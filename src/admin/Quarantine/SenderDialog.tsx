'use client'
import { useState } from 'react'
import type { Mailbox } from '../../collections/types.js'
import { PersonField } from '../Composer/PersonField.js'
import { useDesk } from '../desk/Desk.js'
import { Confirm } from '../elements/Confirm.js'

type SenderDialogProps = { onClose: () => void; onPick: (requester: Mailbox) => void }

/** Whose ticket a mail becomes that names nobody. */
export const SenderDialog = ({ onClose, onPick }: SenderDialogProps) => {
  const { text } = useDesk()
  const [people, setPeople] = useState<Mailbox[]>([])
  const person = people[0]
  return (
    <Confirm
      title={text('quarantine:whose')}
      hint={text('quarantine:whoseHint')}
      verb={text('quarantine:ticket')}
      isBlocked={!person}
      onClose={onClose}
      onConfirm={() => person && onPick(person)}
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
