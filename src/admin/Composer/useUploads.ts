'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { fileSize } from '../../rules/fileSize.js'
import type { AttachmentView } from '../api.js'
import { useDesk } from '../desk/Desk.js'

export type Upload = {
  key: string
  scope: string
  name: string
  /** 0 to 1 */
  share: number
  error: string
  cancel: () => void
}

type UploadsArgs = {
  /** What the files are for; uploads of other scopes go on unseen. */
  scope: string
  maxSize: number
  onDone: (file: AttachmentView) => void
}

let counter = 0

/** Files on their way to the server, each with its progress. */
export const useUploads = ({ scope, maxSize, onDone }: UploadsArgs) => {
  const { request, explain, text, language } = useDesk()
  const [uploads, setUploads] = useState<Upload[]>([])
  const done = useRef(onDone)
  done.current = onDone
  const running = useRef(new Set<AbortController>())

  useEffect(() => {
    const { current } = running
    return () => {
      for (const each of current) each.abort()
    }
  }, [])

  const change = useCallback((key: string, next: Partial<Upload> | null) => {
    setUploads((before) =>
      next
        ? before.map((each) => (each.key === key ? { ...each, ...next } : each))
        : before.filter((each) => each.key !== key),
    )
  }, [])

  const start = useCallback(
    (files: Iterable<File>) => {
      // Where the file belongs is settled now, not when it has arrived: the agent may have moved on by then.
      const arrived = done.current
      for (const file of files) {
        const key = `upload-${++counter}`
        const leaving = new AbortController()
        const cancel = () => {
          leaving.abort()
          change(key, null)
        }
        const isTooLarge = file.size > maxSize
        const error = isTooLarge ? text('composer:tooLarge', { size: fileSize(maxSize, language) }) : ''
        setUploads((before) => [...before, { key, scope, name: file.name, share: 0, error, cancel }])
        if (isTooLarge) continue
        running.current.add(leaving)
        request
          .upload({ file, signal: leaving.signal, onProgress: (share) => change(key, { share }) })
          .then((attachment) => {
            change(key, null)
            arrived(attachment)
          })
          .catch((failed) => {
            if (!leaving.signal.aborted) change(key, { error: explain(failed) })
          })
          .finally(() => running.current.delete(leaving))
      }
    },
    [change, explain, language, maxSize, request, scope, text],
  )
  const mine = uploads.filter((each) => each.scope === scope)
  return { uploads: mine, start, isBusy: mine.some(({ error }) => !error) }
}
