'use client'
import { useId } from 'react'
import { useDesk } from '../desk/Desk.js'
import type { TextKey } from '../desk/useText.js'
import { Dialog } from '../elements/Dialog.js'

const sheet: [TextKey, [string[], TextKey][]][] = [
  [
    'keys:moving',
    [
      [['j', 'k'], 'keys:nextPrevious'],
      [['Enter'], 'keys:open'],
      [['Esc'], 'keys:back'],
      [['/'], 'keys:search'],
      [['g m'], 'keys:goMine'],
      [['g u'], 'keys:goUnassigned'],
      [['g a'], 'keys:goActive'],
    ],
  ],
  [
    'keys:ticket',
    [
      [['r'], 'keys:reply'],
      [['n'], 'keys:note'],
      [['e'], 'keys:resolve'],
      [['a'], 'keys:assign'],
      [['i'], 'keys:take'],
      [['s'], 'keys:status'],
      [['p'], 'keys:priority'],
      [['u'], 'keys:unread'],
    ],
  ],
  [
    'keys:writing',
    [
      [['Ctrl Enter'], 'keys:send'],
      [['Ctrl Shift Enter'], 'keys:sendResolve'],
      [['?'], 'keys:thisSheet'],
    ],
  ],
]

/** All keys on one sheet, and the switch that turns single letters off. */
export const Shortcuts = ({ onClose }: { onClose: () => void }) => {
  const { text, preferences, setPreferences } = useDesk()
  const id = useId()
  return (
    <Dialog
      title={text('keys:title')}
      closeLabel={text('desk:close')}
      onClose={onClose}
      isWide
      actions={
        <label className="hd-form__check" htmlFor={id}>
          <input
            id={id}
            type="checkbox"
            checked={preferences.letterKeys !== false}
            onChange={(event) => setPreferences({ letterKeys: event.target.checked })}
          />
          {text('keys:letters')}
        </label>
      }
    >
      <div className="hd-keys">
        {sheet.map(([title, keys]) => (
          <section key={title}>
            <h3>{text(title)}</h3>
            <dl>
              {keys.map(([names, what]) => (
                <div key={what}>
                  <dt>
                    {names.map((name) => (
                      <span key={name} className="hd-keys__pair">
                        {name.split(' ').map((part) => (
                          <kbd key={part}>{part}</kbd>
                        ))}
                      </span>
                    ))}
                  </dt>
                  <dd>{text(what)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
