'use client'
import { useEffect, useState } from 'react'
import { useDesk } from '../desk/Desk.js'
import { Notice } from './Notice.js'
import { Spinner } from './Spinner.js'

/** The raw mail as it came, read when it is asked for. */
export const RawSource = ({ path }: { path: string }) => {
  const { request, text, explain } = useDesk()
  const [source, setSource] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  useEffect(() => {
    request.text(path).then(setSource, setError)
  }, [path, request])
  if (error) return <Notice tone="bad">{explain(error)}</Notice>
  if (source === null) return <Spinner label={text('desk:loading')} />
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <pre className="hd-source" tabIndex={0}>
      {source}
    </pre>
  )
}
