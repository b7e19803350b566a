'use client'
import { type DragEvent, useEffect, useId, useRef, useState } from 'react'
import { fileSize } from '../../rules/fileSize.js'

export type FilesFieldProps = {
  label: string
  language: string
  hint: string
  drop: string
  /** With `{name}`. */
  remove: string
  maxCount: number
  maxSize: number
  types: string[]
  tooMany: string
  /** With `{name}`. */
  tooLarge: string
}

/** A file field that takes what is chosen, dropped and pasted. Without scripts it is the browser's own. */
export const FilesField = (props: FilesFieldProps) => {
  const { label, language, hint, drop, remove, maxCount, maxSize, types, tooMany, tooLarge } = props
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [files, setFiles] = useState<File[]>([])
  const [error, setError] = useState('')
  const [isOver, setOver] = useState(false)
  const [isReady, setReady] = useState(false)

  const keep = (next: File[]): void => {
    const fit = next.filter((file) => file.size <= maxSize)
    const large = next.find((file) => file.size > maxSize)
    setError(large ? tooLarge.replace('{name}', large.name) : fit.length > maxCount ? tooMany : '')
    const kept = fit.slice(0, maxCount)
    setFiles(kept)
    if (!input.current) return
    const transfer = new DataTransfer()
    for (const file of kept) transfer.items.add(file)
    input.current.files = transfer.files
  }
  const add = useRef<(more: FileList | File[]) => void>(() => undefined)
  add.current = (more) => keep([...files, ...more])

  useEffect(() => {
    setReady(true)
    const form = input.current?.form
    const paste = (event: ClipboardEvent): void => {
      const pasted = event.clipboardData?.files
      if (!pasted?.length) return
      event.preventDefault()
      add.current(pasted)
    }
    form?.addEventListener('paste', paste)
    return () => form?.removeEventListener('paste', paste)
  }, [])

  const over = (event: DragEvent, value: boolean): void => {
    event.preventDefault()
    setOver(value)
  }
  return (
    <fieldset
      className={`hdp-field hdp-files${isOver ? ' hdp-files--over' : ''}`}
      onDragOver={(event) => over(event, true)}
      onDragLeave={(event) => over(event, false)}
      onDrop={(event) => {
        over(event, false)
        add.current(event.dataTransfer.files)
      }}
    >
      <label htmlFor={id}>{label}</label>
      {isReady && <p className="hdp-hint">{drop}</p>}
      <input
        ref={input}
        id={id}
        type="file"
        name="files"
        multiple
        accept={types.join(',') || undefined}
        aria-describedby={`${id}-hint ${id}-error`}
        onChange={(event) =>
          keep([...files, ...[...(event.target.files ?? [])].filter((file) => !files.includes(file))])
        }
      />
      {isReady && files.length > 0 && (
        <ul className="hdp-chips">
          {files.map((file, index) => (
            <li key={`${file.name} ${file.size} ${file.lastModified}`}>
              <bdi>{file.name}</bdi> <span className="hdp-hint">{fileSize(file.size, language)}</span>
              <button
                type="button"
                className="hdp-chip-remove"
                aria-label={remove.replace('{name}', file.name)}
                onClick={() => {
                  keep(files.filter((_, at) => at !== index))
                  input.current?.focus()
                }}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <p className="hdp-hint" id={`${id}-hint`}>
        {hint}
      </p>
      <p className="hdp-error" id={`${id}-error`} role="alert">
        {error}
      </p>
    </fieldset>
  )
}
