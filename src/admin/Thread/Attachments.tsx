'use client'
import { useState } from 'react'
import { fileSize } from '../../rules/fileSize.js'
import { isRaster } from '../../rules/raster.js'
import type { AttachmentView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { plainName } from '../desk/highlight.js'
import { Icon, type IconName } from '../elements/icons.js'
import { downloadUrl, ImageDialog } from './ImageDialog.js'

const isImage = (file: AttachmentView): file is AttachmentView & { url: string } =>
  Boolean(file.url) && isRaster(file.contentType)

const iconOf = (contentType: string): IconName => {
  if (/^image\//i.test(contentType)) return 'image'
  if (/^(audio|video)\//i.test(contentType)) return 'sound'
  if (/zip|compressed|tar|7z|rar/i.test(contentType)) return 'archive'
  if (/sheet|excel|csv/i.test(contentType)) return 'sheet'
  return 'file'
}

/** The files of a message; pictures can be looked at without being saved. */
export const Attachments = ({ files }: { files: AttachmentView[] }) => {
  const { text, language } = useDesk()
  const [shown, setShown] = useState<AttachmentView | null>(null)
  if (!files.length) return null
  const images = files.filter(isImage)
  return (
    <>
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari takes the role from lists without bullets */}
      <ul className="hd-files" role="list" aria-label={text('thread:files')}>
        {files.map((file) => {
          const name = plainName(file.name)
          const words = (
            <>
              {isImage(file) ? (
                // biome-ignore lint/performance/noImgElement: the file needs the session, which an optimizer has not
                <img className="hd-file__thumb" src={file.url} alt="" loading="lazy" width={28} height={28} />
              ) : (
                <Icon name={iconOf(file.contentType)} size={18} />
              )}
              <span className="hd-file__name">
                <bdi>{name}</bdi>
              </span>
              <span className="hd-file__size">{fileSize(file.bytes, language)}</span>
            </>
          )
          return (
            <li key={file.id} className="hd-file">
              {!file.url ? (
                <span className="hd-file__link hd-file__link--gone" title={file.refusal}>
                  {words}
                  <span className="hd-file__refusal">{file.refusal || text('thread:fileGone')}</span>
                </span>
              ) : isImage(file) ? (
                <button
                  type="button"
                  className="hd-file__link"
                  onClick={() => setShown(file)}
                  title={text('thread:preview')}
                >
                  {words}
                </button>
              ) : (
                <a
                  className="hd-file__link"
                  href={downloadUrl(file.url)}
                  download={name}
                  title={text('thread:download')}
                >
                  {words}
                </a>
              )}
            </li>
          )
        })}
      </ul>
      {shown && <ImageDialog images={images} first={shown} onClose={() => setShown(null)} />}
    </>
  )
}
