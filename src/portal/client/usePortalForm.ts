'use client'
import { type FormEvent, useRef, useState } from 'react'
import { post } from './post.js'

export type PortalFormTexts = {
  /** What is said where the site cannot be reached. */
  offline: string
  /** By error key; the server's own words otherwise. */
  errors: Record<string, string>
}

export type PortalFormState = {
  isSending: boolean
  /** Of what is sent, from 0 to 1. */
  progress: number
  /** Why it was refused; '' otherwise. */
  error: string
}

/** Shows at its field that it was wrong, and why. */
const mark = (form: HTMLFormElement, fields: Record<string, string>): void => {
  for (const [name, why] of Object.entries(fields)) {
    const field = form.elements.namedItem(name)
    if (!(field instanceof HTMLElement)) continue
    field.setAttribute('aria-invalid', 'true')
    field.title = why
    const clear = () => {
      field.removeAttribute('aria-invalid')
      field.removeAttribute('title')
    }
    field.addEventListener('input', clear, { once: true })
    field.focus()
  }
}

/**
 * Sends a form of the portal without leaving the page, with progress. A form works without it too: it is the same post.
 * @example const { onSubmit, isSending, progress, error } = usePortalForm(texts)
 */
export const usePortalForm = (texts: PortalFormTexts) => {
  const [state, setState] = useState<PortalFormState>({ isSending: false, progress: 0, error: '' })
  const isBusy = useRef(false)
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    const form = event.currentTarget
    event.preventDefault()
    if (isBusy.current) return
    isBusy.current = true
    setState({ isSending: true, progress: 0, error: '' })
    const refuse = (error: string, fields: Record<string, string> = {}): void => {
      isBusy.current = false
      setState({ isSending: false, progress: 0, error })
      mark(form, fields)
    }
    const sent = post({
      url: form.action,
      body: new FormData(form),
      onProgress: (progress) => setState((before) => ({ ...before, progress })),
    })
    void sent.then(({ status, answer: { location, error } }) => {
      if (status >= 200 && status < 300 && location) return window.location.assign(location)
      const known = error?.key && texts.errors[error.key]?.replace('{limit}', error.fields?.['files'] ?? '')
      refuse(known || error?.message || texts.offline, error?.fields)
    })
  }
  return { ...state, onSubmit }
}
