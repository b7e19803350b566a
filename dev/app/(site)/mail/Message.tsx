import { useState } from 'react'
import type { ShownMail } from './types.js'

type Props = { mail: ShownMail; onReply: () => void; onBack: () => void }

/** One received mail, its HTML in a frame that runs no scripts. */
export const Message = ({ mail, onReply, onBack }: Props) => {
  const [height, setHeight] = useState(200)
  return (
    <article className="mail-message">
      <div className="mail-tools">
        <button type="button" className="mail-back" onClick={onBack}>
          Back
        </button>
        <button type="button" className="primary" onClick={onReply}>
          Reply
        </button>
      </div>
      <h1>{mail.subject || '(no subject)'}</h1>
      <p className="mail-meta">
        {mail.from.name} &lt;{mail.from.address}&gt; · {new Date(mail.date).toLocaleString()}
      </p>
      <iframe
        key={mail.uid}
        title="Message"
        sandbox="allow-same-origin allow-popups"
        srcDoc={mail.html}
        style={{ height }}
        onLoad={(event) =>
          setHeight((event.currentTarget.contentDocument?.documentElement.scrollHeight ?? 200) + 2)
        }
      />
      {mail.attachments.length > 0 && (
        <ul className="mail-files">
          {mail.attachments.map(({ filename, size, url }) => (
            <li key={url}>
              <a href={url} download={filename}>
                {filename}
              </a>{' '}
              {Math.ceil(size / 1024)} kB
            </li>
          ))}
        </ul>
      )}
    </article>
  )
}
