import type { ReactNode } from 'react'
import { useDesk } from '../desk/Desk.js'
import { Dialog } from './Dialog.js'

export type ConfirmProps = {
  title: string
  /** What will happen. */
  hint: string
  /** The word on the button. */
  verb: string
  isDanger?: boolean
  /** What has to be known first is not there yet. */
  isBlocked?: boolean
  /** What is asked for. */
  children?: ReactNode
  onClose: () => void
  onConfirm: () => void
}

/** A question over the page, with the act it is about and the way out. */
export const Confirm = (props: ConfirmProps) => {
  const { title, hint, verb, isDanger, isBlocked = false, children, onClose, onConfirm } = props
  const { text } = useDesk()
  return (
    <Dialog
      title={title}
      closeLabel={text('desk:close')}
      onClose={onClose}
      actions={
        <>
          <button type="button" className="hd-button" onClick={onClose}>
            {text('desk:cancel')}
          </button>
          <button
            type="button"
            className={`hd-button hd-button--${isDanger ? 'danger' : 'primary'}`}
            disabled={isBlocked}
            onClick={onConfirm}
          >
            {verb}
          </button>
        </>
      }
    >
      <p className="hd-dialog__words">{hint}</p>
      {children}
    </Dialog>
  )
}
