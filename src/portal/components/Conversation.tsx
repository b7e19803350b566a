import { HelpdeskError } from '../../core/errors.js'
import { fileSize } from '../../rules/fileSize.js'
import { isFinished } from '../../rules/status.js'
import type { PortalPage } from '../page.js'
import { type PortalMessage, readConversation, readPortalTicket } from '../tickets.js'
import { Act, Field, Files, Moment, Notice, StatusBadge } from './elements.js'

type OnPage = { page: PortalPage }

const Message = ({ page, message }: OnPage & { message: PortalMessage }) => {
  const { words, fill, api, guest } = page
  const query = new URLSearchParams({ ...(guest && { guest }), download: '1' })
  return (
    <li className={message.isReply ? 'hdp-message hdp-message--reply' : 'hdp-message'}>
      <p className="hdp-message__head">
        <strong>
          <bdi>{message.isOwn ? words.you : message.from}</bdi>
        </strong>{' '}
        <span className="hdp-hint">
          <Moment page={page} at={message.createdAt} />
        </span>
      </p>
      {message.html ? (
        // biome-ignore lint/security/noDangerouslySetInnerHtml: an agent's, which the verb made of the editor's own document
        <div className="hdp-message__html" dir="auto" dangerouslySetInnerHTML={{ __html: message.html }} />
      ) : (
        <div className="hdp-message__text" dir="auto">
          {message.text}
        </div>
      )}
      {message.quoted.trim() && (
        <details>
          <summary>{words.earlier}</summary>
          <div className="hdp-message__text hdp-hint" dir="auto">
            {message.quoted}
          </div>
        </details>
      )}
      {message.files.length > 0 && (
        <ul className="hdp-chips">
          {message.files.map((file) => (
            <li key={String(file.id)}>
              <a
                href={`${api(`/attachments/${file.id}`)}?${query}`}
                aria-label={fill(words.download, { name: file.name })}
                rel="noreferrer"
              >
                <bdi>{file.name}</bdi>
              </a>{' '}
              <span className="hdp-hint">{fileSize(file.bytes, page.language)}</span>
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}

const gone = (error: unknown): null => {
  if (error instanceof HelpdeskError && error.key === 'ticketGone') return null
  throw error
}

/** What leads nowhere, and how to go on: the own requests, or a way to sign in. */
export const NotFound = ({ page }: OnPage) => (
  <>
    <Notice title={page.words.notFound}>{page.words.notFoundHint}</Notice>
    <p>
      <a href={page.link()}>{page.caller.kind === 'customer' ? page.words.back : page.words.signIn}</a>
    </p>
  </>
)

/** One request: what was said, and a way to go on. */
export const Conversation = async ({ page, number }: OnPage & { number: number }) => {
  const { req, caller, mailbox, words, fill, link, param } = page
  const ticket = await readPortalTicket({ req, caller, mailbox, number }).catch(gone)
  if (!ticket) return <NotFound page={page} />
  const messages = await readConversation({ req, caller, ticket })
  const said = { request: words.requestSentOwn, reply: words.replySent, solved: words.solved }[param('sent')]
  return (
    <article aria-labelledby="hdp-subject-line">
      {caller.kind === 'customer' && (
        <p>
          <a href={link()}>{words.back}</a>
        </p>
      )}
      <div className="hdp-head">
        <h2 id="hdp-subject-line">
          <bdi>{ticket.subject || fill(words.number, { number: ticket.number })}</bdi>
        </h2>
        <StatusBadge page={page} status={ticket.status} />
      </div>
      <p className="hdp-hint">{fill(words.number, { number: ticket.number })}</p>
      {said && <Notice title={said} />}
      <ol className="hdp-messages">
        {messages.map((message) => (
          <Message key={String(message.id)} page={page} message={message} />
        ))}
      </ol>
      <section className="hdp-card" aria-labelledby="hdp-reply">
        <h3 id="hdp-reply">{words.reply}</h3>
        {ticket.status === 'closed' && <p className="hdp-hint">{words.closedHint}</p>}
        <Act
          page={page}
          path={`/tickets/${ticket.number}/reply`}
          send={isFinished(ticket.status) ? words.replyClosed : words.send}
        >
          <input type="hidden" name="request" value={page.requestKey()} />
          <Field id="hdp-message" label={words.message}>
            <textarea id="hdp-message" name="message" rows={5} maxLength={100_000} required />
          </Field>
          <Files page={page} />
        </Act>
      </section>
      {!isFinished(ticket.status) && (
        <Act page={page} path={`/tickets/${ticket.number}/solve`} send={words.markSolved} isQuiet />
      )}
    </article>
  )
}
