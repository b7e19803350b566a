import type { ReactNode } from 'react'
import { fileSize } from '../../rules/fileSize.js'
import type { Status } from '../../rules/status.js'
import { FilesField, PortalForm } from '../client/index.js'
import { type PortalPage, portalOptions } from '../page.js'

type OnPage = { page: PortalPage }

/** When something was, in the page's language; exact for machines. */
export const Moment = ({ page, at }: OnPage & { at: string | Date }) => {
  const when = new Date(at)
  const { language, timeZone } = page
  return (
    <time dateTime={when.toISOString()}>
      {new Intl.DateTimeFormat(language, {
        year: 'numeric',
        month: 'short',
        day: 'numeric',
        hour: 'numeric',
        minute: '2-digit',
        timeZone: timeZone || 'UTC',
        // Who is not told where the site is cannot know whose clock that is.
        ...(!timeZone && { timeZoneName: 'short' }),
      }).format(when)}
    </time>
  )
}

export const StatusBadge = ({ page, status }: OnPage & { status: Status }) => (
  <span className={`hdp-badge hdp-badge--${status}`}>{page.words.status[status]}</span>
)

export const Notice = ({ title, children }: { title: string; children?: ReactNode }) => (
  <div className="hdp-notice" role="status">
    <strong>{title}</strong>
    {children && <p>{children}</p>}
  </div>
)

type FieldProps = {
  id: string
  label: string
  hint?: string
  /** Said where the field may stay empty. */
  optional?: string
  children: ReactNode
}

/** A labelled field; its hint is named `<id>-hint`. */
export const Field = ({ id, label, hint, optional, children }: FieldProps) => (
  <div className="hdp-field">
    <label htmlFor={id}>
      {label}
      {optional && <span className="hdp-hint"> ({optional})</span>}
    </label>
    {children}
    {hint && (
      <p className="hdp-hint" id={`${id}-hint`}>
        {hint}
      </p>
    )}
  </div>
)

type ActProps = OnPage & {
  /** Under the portal's endpoints. */
  path: string
  send: string
  children?: ReactNode
  isQuiet?: boolean
  label?: string
}

/** A form of the portal, with what each of them carries. */
export const Act = ({ page, path, send, children, isQuiet, label }: ActProps) => (
  <PortalForm
    action={page.api(path)}
    send={send}
    sending={page.words.sending}
    progress={page.words.progress}
    texts={{ offline: page.words.offline, errors: page.words.errors }}
    isQuiet={isQuiet ?? false}
    {...(label && { label })}
  >
    <input type="hidden" name="token" value={page.token} />
    <input type="hidden" name="page" value={page.page} />
    <input type="hidden" name="language" value={page.language} />
    {page.guest && <input type="hidden" name="guest" value={page.guest} />}
    {page.mailbox !== null && <input type="hidden" name="mailbox" value={String(page.mailbox)} />}
    {children}
  </PortalForm>
)

export const Files = ({ page }: OnPage) => {
  const { maxCount, maxSize, types } = portalOptions(page).attachments
  const { words, fill } = page
  const limits = fill(words.filesHint, { count: maxCount, size: fileSize(maxSize, page.language) })
  return (
    <FilesField
      language={page.language}
      label={`${words.files} (${words.optional})`}
      hint={types.length ? `${limits} ${fill(words.filesTypes, { types: types.join(', ') })}` : limits}
      drop={words.drop}
      remove={words.remove}
      maxCount={maxCount}
      maxSize={maxSize}
      types={types}
      tooMany={limits}
      tooLarge={`{name}: ${limits}`}
    />
  )
}
