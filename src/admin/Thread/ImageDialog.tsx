'use client'
import { useEffect, useState } from 'react'
import type { AttachmentView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { plainName } from '../desk/highlight.js'
import { Dialog } from '../elements/Dialog.js'
import { Icon } from '../elements/icons.js'

/** The address that saves a file. */
export const downloadUrl = (url: string): string => `${url}${url.includes('?') ? '&' : '?'}download=1`

type ImageDialogProps = { images: AttachmentView[]; first: AttachmentView; onClose: () => void }

/** The pictures of a message, one at a time; the arrow keys go through them. */
export const ImageDialog = ({ images, first, onClose }: ImageDialogProps) => {
  const { text } = useDesk()
  const [id, setId] = useState(first.id)
  const index = Math.max(
    0,
    images.findIndex((image) => image.id === id),
  )
  const shown = images[index] ?? first
  const count = images.length
  const step = (by: 1 | -1) => setId(images[(index + by + count) % count]!.id)

  useEffect(() => {
    if (count < 2) return
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
      event.preventDefault()
      const isOnward = (event.key === 'ArrowRight') === (document.documentElement.dir !== 'rtl')
      step(isOnward ? 1 : -1)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  })

  const name = plainName(shown.name)
  const arrow = (by: 1 | -1) => {
    const label = text(by === 1 ? 'thread:nextImage' : 'thread:previousImage')
    return (
      <button
        type="button"
        className={`hd-icon-button hd-preview__${by === 1 ? 'next' : 'previous'}`}
        aria-label={label}
        title={label}
        onClick={() => step(by)}
      >
        <Icon name="back" />
      </button>
    )
  }
  return (
    <Dialog
      isWide
      title={name}
      closeLabel={text('desk:close')}
      onClose={onClose}
      actions={
        <>
          {count > 1 && (
            <>
              {arrow(-1)}
              <span role="status">{text('thread:imageOf', { number: index + 1, all: count })}</span>
              {arrow(1)}
            </>
          )}
          {shown.url && (
            <a className="hd-button" href={downloadUrl(shown.url)} download={name}>
              {text('thread:download')}
            </a>
          )}
        </>
      }
    >
      {/* biome-ignore lint/performance/noImgElement: the file needs the session, which an optimizer has not */}
      {shown.url && <img key={shown.id} className="hd-preview" src={shown.url} alt={name} />}
    </Dialog>
  )
}
