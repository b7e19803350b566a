'use client'
import { useDesk } from '../desk/Desk.js'
import { Icon } from '../elements/icons.js'
import { Spinner } from '../elements/Spinner.js'
import type { OpenThread } from '../Thread/useThread.js'

/** What stands in the place of a thread: nothing chosen, on its way, gone, or refused. */
export const NoThread = ({ open, onBack }: { open: OpenThread; onBack: () => void }) => {
  const { text, explain } = useDesk()
  const { error, isGone, isLoading, reload } = open
  if (isGone || error) {
    return (
      <div className="hd-pane__none" role="alert">
        <Icon name={isGone ? 'eye' : 'warning'} size={28} />
        <p className="hd-empty__title">{isGone ? text('thread:gone') : explain(error)}</p>
        {isGone && <p className="hd-empty__words">{text('thread:goneHint')}</p>}
        <div className="hd-pane__acts">
          {!isGone && (
            <button type="button" className="hd-button" onClick={() => void reload()}>
              {text('desk:again')}
            </button>
          )}
          <button type="button" className="hd-button" onClick={onBack}>
            {text('thread:back')}
          </button>
        </div>
      </div>
    )
  }
  return (
    <div className="hd-pane__none">
      {isLoading ? (
        <Spinner label={text('desk:loading')} />
      ) : (
        <>
          <Icon name="inbox" size={28} />
          <p className="hd-empty__title">{text('thread:none')}</p>
          <p className="hd-empty__words">{text('thread:noneHint')}</p>
        </>
      )}
    </div>
  )
}
