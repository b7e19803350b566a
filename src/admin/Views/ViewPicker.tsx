'use client'
import { useState } from 'react'
import { type ViewName, viewNames, views } from '../../rules/views.js'
import { useDesk } from '../desk/Desk.js'
import { startPlace } from '../desk/place.js'
import { Picker } from '../elements/Picker.js'
import { useInbox } from '../Inbox/InboxContext.js'
import { HealthDot } from './HealthDot.js'
import { capped } from './Views.js'

/** Views and mailboxes as one list to choose from, where there is no room for the column. */
export const ViewPicker = ({ onKeys }: { onKeys: () => void }) => {
  const { text, isManager, adminUrl, slugs } = useDesk()
  const { place, go, overview } = useInbox()
  const [isOpen, setOpen] = useState(false)
  const mailbox = overview?.mailboxes.find(({ id }) => String(id) === place.mailbox)
  const options = [
    ...viewNames.map((name) => ({
      value: `view.${name}`,
      label: text(`view:${name}`),
      hint: views[name].counts ? capped(overview?.counts[name]) : '',
    })),
    ...(overview?.mailboxes ?? [])
      .filter(({ archived }) => !archived)
      .map((each) => ({
        value: `mailbox.${each.id}`,
        label: each.name,
        mark: <HealthDot health={each.health} />,
        hint: capped(each.open),
      })),
    ...(isManager && overview?.quarantined
      ? [{ value: 'quarantine', label: text('quarantine:title'), hint: capped(overview.quarantined) }]
      : []),
    { value: 'keys', label: text('keys:short'), hint: '?' },
  ]
  const count = views[place.view].counts ? capped(overview?.counts[place.view]) : ''
  const name = text(`view:${place.view}`) + (mailbox ? ` · ${mailbox.name}` : '')
  return (
    <Picker
      spoken={count ? `${name} ${count}` : name}
      className="hd-view-picker"
      label={text('inbox:views')}
      value={`view.${place.view}`}
      options={options}
      isOpen={isOpen}
      onOpen={setOpen}
      onPick={(value) => {
        const [kind, ...rest] = value.split('.')
        const id = rest.join('.')
        if (kind === 'keys') onKeys()
        else if (kind === 'quarantine')
          window.location.assign(adminUrl(`/collections/${slugs.tickets}/quarantine`))
        else if (kind === 'view') go({ ...startPlace, view: id as ViewName, mailbox: place.mailbox })
        else go({ ...startPlace, view: place.view, mailbox: id === place.mailbox ? '' : id })
      }}
    >
      <span className="hd-view-picker__name">{name}</span>{' '}
      {count && <span className="hd-view__count">{count}</span>}
    </Picker>
  )
}
