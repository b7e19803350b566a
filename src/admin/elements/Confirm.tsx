import { useDesk } from '../desk/Desk.js'
import { Dialog } from './Dialog.js'

export type ConfirmProps = {
  title: string
  /** What will happen. */
  hint: string
  /** The word on the button. */
  verb: string
  isDanger?: boolean
  onClose: () => void
  onConfirm: () => void
}

/** Asks before something is done that is seldom meant. */
export const Confirm = ({ title, hint, verb, isDanger, onClose, onConfirm }: ConfirmProps) => {
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
            onClick={onConfirm}
          >
            {verb}
          </button>
        </>
      }
    >
      <p className="hd-dialog__words">{hint}</p>
    </Dialog>
  )
}
