'use client'
import { type KeyboardEvent, type Ref, useEffect, useId, useImperativeHandle, useRef, useState } from 'react'
import type { Mailbox } from '../../collections/types.js'
import { addressKey } from '../../rules/address.js'
import type { ContactHits } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { Icon } from '../elements/icons.js'
import { addPeople, readPeople, writePerson } from './people.js'

export type PersonFieldHandle = {
  /** Takes what stands typed; everybody then named, or `wrong` where it is no address: the field says so. */
  commit: () => Mailbox[] | 'wrong'
}

type PersonFieldProps = {
  ref?: Ref<PersonFieldHandle>
  label: string
  people: Mailbox[]
  onChange: (people: Mailbox[]) => void
  /** Whether an address took part in this ticket before; others are marked. */
  isKnown?: (address: string) => boolean
  isSingle?: boolean
  /** A field of a form rather than a line of the composer. */
  isBoxed?: boolean
  autoFocus?: boolean
}

const pauseMs = 160

const useHits = (typed: string) => {
  const { request } = useDesk()
  const [hits, setHits] = useState<ContactHits['contacts']>([])
  useEffect(() => {
    const search = typed.trim()
    if (search.length < 2) {
      setHits([])
      return
    }
    const leaving = new AbortController()
    const timer = setTimeout(() => {
      request
        .get<ContactHits>('/contacts', { query: { search }, signal: leaving.signal })
        .then(({ contacts }) => setHits(contacts))
        .catch(() => setHits([]))
    }, pauseMs)
    return () => {
      clearTimeout(timer)
      leaving.abort()
    }
  }, [typed, request])
  return hits
}

/** People as chips, typed, pasted or found among the contacts. */
export const PersonField = (props: PersonFieldProps) => {
  const { label, people, onChange, isKnown, isSingle = false, isBoxed = false, autoFocus = false } = props
  const { text } = useDesk()
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState('')
  const [active, setActive] = useState(-1)
  const [isOpen, setOpen] = useState(false)
  const [isWrong, setWrong] = useState(false)
  const taken = new Set(people.map(({ address }) => addressKey(address)))
  const hits = useHits(typed).filter(({ address }) => !taken.has(addressKey(address)))
  const shows = isOpen && hits.length > 0

  useEffect(() => {
    if (autoFocus) field.current?.focus()
  }, [autoFocus])

  const add = (more: Mailbox[], rest = '') => {
    onChange(isSingle ? more.slice(-1) : addPeople(people, more))
    setTyped(rest)
    setActive(-1)
    setOpen(false)
    setWrong(false)
  }
  const addTyped = (): boolean => {
    if (!typed.trim()) return false
    const read = readPeople(typed)
    if (read.people.length) add(read.people, read.rest)
    setWrong(Boolean(read.rest))
    return read.people.length > 0
  }
  useImperativeHandle(props.ref, () => ({
    commit: () => {
      if (!typed.trim()) return people
      const read = readPeople(typed)
      if (read.people.length) add(read.people, read.rest)
      if (!read.rest) return isSingle ? read.people.slice(-1) : addPeople(people, read.people)
      setWrong(true)
      field.current?.focus()
      return 'wrong'
    },
  }))
  const remove = (person: Mailbox) => onChange(people.filter((other) => other !== person))

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' && shows) {
      event.preventDefault()
      setActive((active + 1) % hits.length)
    } else if (event.key === 'ArrowUp' && shows) {
      event.preventDefault()
      setActive((active - 1 + hits.length) % hits.length)
    } else if (event.key === 'Escape' && shows) {
      event.preventDefault()
      event.stopPropagation()
      setOpen(false)
    } else if (event.key === 'Backspace' && !typed && people.length) {
      remove(people.at(-1)!)
    } else if (['Enter', ',', ';', 'Tab'].includes(event.key)) {
      const hit = shows ? hits[active] : undefined
      if (hit) {
        event.preventDefault()
        add([{ name: hit.name, address: hit.address }])
      } else if (
        addTyped() ||
        event.key === 'Enter' ||
        ((event.key === ',' || event.key === ';') && typed.includes('@'))
      ) {
        if (event.key !== 'Tab') event.preventDefault()
      }
    }
  }

  const hasField = !isSingle || !people.length
  return (
    <div className={`hd-people${isBoxed ? ' hd-people--boxed' : ''}`}>
      <label className="hd-people__label" htmlFor={id}>
        {label}
      </label>
      <div className="hd-people__chips">
        {people.map((person) => {
          const isNew = isKnown ? !isKnown(person.address) : false
          return (
            <span key={person.address} className={`hd-chip${isNew ? ' hd-chip--new' : ''}`}>
              <button
                type="button"
                className="hd-chip__name"
                title={`${writePerson(person)}${isNew ? ` – ${text('composer:newRecipientLong')}` : ''}`}
                onClick={() => {
                  remove(person)
                  setTyped(writePerson(person))
                  setTimeout(() => field.current?.focus())
                }}
              >
                <bdi>{person.name || person.address}</bdi>
                {isNew && <span className="hd-chip__new">{text('composer:newRecipient')}</span>}
              </button>
              <button
                type="button"
                className="hd-chip__remove"
                aria-label={text('composer:removePerson', { name: person.name || person.address })}
                onClick={() => {
                  remove(person)
                  field.current?.focus()
                }}
              >
                <Icon name="close" size={11} />
              </button>
            </span>
          )
        })}
        {hasField && (
          <input
            ref={field}
            id={id}
            className="hd-people__field"
            type="text"
            inputMode="email"
            autoComplete="off"
            role="combobox"
            aria-expanded={shows}
            aria-controls={`${id}-hits`}
            aria-autocomplete="list"
            aria-activedescendant={shows && active >= 0 ? `${id}-${active}` : undefined}
            aria-invalid={isWrong}
            value={typed}
            placeholder={isBoxed ? text('newTicket:requesterHint') : ''}
            onChange={(event) => {
              setTyped(event.target.value)
              setOpen(true)
              setActive(-1)
              setWrong(false)
            }}
            onPaste={(event) => {
              const read = readPeople(event.clipboardData.getData('text'))
              if (!read.people.length) return
              event.preventDefault()
              add(read.people, read.rest)
            }}
            onBlur={() => {
              setOpen(false)
              addTyped()
            }}
            onKeyDown={onKeyDown}
          />
        )}
        <div
          id={`${id}-hits`}
          role="listbox"
          aria-label={text('composer:contacts')}
          className="hd-people__hits"
          hidden={!shows}
        >
          {shows &&
            hits.map((hit, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys belong to the field
              // biome-ignore lint/a11y/useFocusableInteractive: focus stays with the field
              <div
                key={`${hit.id}-${hit.address}`}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === active}
                className={`hd-option${index === active ? ' hd-option--active' : ''}`}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => add([{ name: hit.name, address: hit.address }])}
              >
                <span className="hd-option__label">{hit.name || hit.address}</span>
                {hit.name && <span className="hd-option__hint">{hit.address}</span>}
              </div>
            ))}
        </div>
      </div>
      {isWrong && (
        <span className="hd-people__wrong" role="alert">
          {text('composer:badAddress')}
        </span>
      )}
    </div>
  )
}
