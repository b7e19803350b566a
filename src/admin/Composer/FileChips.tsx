'use client'
import { fileSize } from '../../rules/fileSize.js'
import type { AttachmentView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { plainName } from '../desk/highlight.js'
import { Icon } from '../elements/icons.js'
import type { Upload } from './useUploads.js'

type FileChipsProps = { files: AttachmentView[]; uploads: Upload[]; onRemove: (file: AttachmentView) => void }

/** The files of a draft, and those on their way. */
export const FileChips = ({ files, uploads, onRemove }: FileChipsProps) => {
  const { text, language } = useDesk()
  if (!files.length && !uploads.length) return null
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari takes the role from lists without bullets
    <ul className="hd-files hd-files--draft" role="list" aria-label={text('thread:files')}>
      {files.map((file) => (
        <li key={file.id} className="hd-file">
          <span className="hd-file__link">
            <Icon name="clip" size={14} />
            <span className="hd-file__name">
              <bdi>{plainName(file.name)}</bdi>
            </span>
            <span className="hd-file__size">{fileSize(file.bytes, language)}</span>
          </span>
          <button
            type="button"
            className="hd-chip__remove"
            aria-label={text('composer:removeFile', { name: plainName(file.name) })}
            onClick={() => onRemove(file)}
          >
            <Icon name="close" size={11} />
          </button>
        </li>
      ))}
      {uploads.map(({ key, name, share, error, cancel }) => (
        <li key={key} className={`hd-file${error ? ' hd-file--failed' : ''}`}>
          <span className="hd-file__link">
            <Icon name={error ? 'warning' : 'clip'} size={14} />
            <span className="hd-file__name">
              <bdi>{plainName(name)}</bdi>
            </span>
            {error ? (
              <span className="hd-file__refusal" role="alert">
                {error}
              </span>
            ) : (
              <progress
                className="hd-file__progress"
                max={1}
                value={share}
                aria-label={text('composer:uploading', { name })}
              />
            )}
          </span>
          <button
            type="button"
            className="hd-chip__remove"
            aria-label={text('composer:removeFile', { name })}
            onClick={cancel}
          >
            <Icon name="close" size={11} />
          </button>
        </li>
      ))}
    </ul>
  )
}
