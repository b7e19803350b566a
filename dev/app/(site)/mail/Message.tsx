import { useState } from 'react'
import type { ShownMail } from './types.js'

/** One mail, its HTML in a frame that runs no scripts. */
export const Message = ({ mail }: { mail: ShownMail }) => {
  const [height, setHeight] = useState(120)
  return (
    <section className={`mail-message ${mail.isOwn ? 'mail-own' : ''}`}>
      <p className="mail-meta">
        <strong>{mail.isOwn ? 'You' : mail.from.name}</strong>{' '}
        <span>{mail.isOwn ? `to ${mail.to}` : `<${mail.from.address}>`}</span>
        <time dateTime={mail.date}>
          {new Date(mail.date).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })}
        </time>
      </p>
      <iframe
        title={`Message of ${mail.from.name}`}
        sandbox="allow-same-origin allow-popups"
        srcDoc={mail.html}
        style={{ height }}
        onLoad={(event) =>
          setHeight((event.currentTarget.contentDocument?.documentElement.scrollHeight ?? 120) + 2)
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
    </section>
  )
}
