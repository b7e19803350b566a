'use client'
import { useConfig, useTheme } from '@payloadcms/ui'
import { formatAdminURL } from 'payload/shared'
import { useEffect, useMemo, useRef, useState } from 'react'
import { listenIn } from '../desk/keys.js'
import {
  type FrameColors,
  frameDocument,
  frameSandbox,
  liftDarkText,
  paintsBackground,
} from './frameDocument.js'

/** Longer mails scroll inside: a frame of unlimited height can be made to eat the page's memory. */
const maxHeight = 20_000

const themeColors = (element: Element): FrameColors => {
  const styles = getComputedStyle(element)
  const get = (name: string) => styles.getPropertyValue(name).trim()
  return {
    text: get('--hd-text'),
    muted: get('--hd-muted'),
    link: get('--hd-accent'),
    line: get('--hd-line'),
  }
}

const prepareLinks = (page: Document) => {
  for (const link of page.querySelectorAll<HTMLAnchorElement>('a[href], area[href]')) {
    link.target = '_blank'
    link.rel = 'noopener noreferrer nofollow'
    // Where a link really goes, whatever it says of itself.
    if (/^https?:/i.test(link.href)) link.title = link.href
  }
}

/** Where the pictures are that mails bring along. */
const filesOf = (apiRoute: string): string => {
  const path = formatAdminURL({ apiRoute: apiRoute as '/', path: '/helpdesk/attachments', relative: true })
  return new URL(`${path}/`, window.location.href).href
}

type MailFrameProps = { html: string; title: string; images: boolean }

/** HTML of a mail in a frame of its own: no script, no form, no request but for its own attachments. */
export const MailFrame = ({ html, title, images }: MailFrameProps) => {
  const frame = useRef<HTMLIFrameElement>(null)
  const { theme } = useTheme()
  const { api } = useConfig().config.routes
  const [height, setHeight] = useState(0)
  const [colors, setColors] = useState<FrameColors | null>(null)
  const isPaper = useMemo(() => paintsBackground(html), [html])
  const isDark = theme === 'dark'

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme's colours are read anew with the theme
  useEffect(() => {
    if (frame.current) setColors(themeColors(frame.current))
  }, [theme])

  const page = useMemo(
    () =>
      colors
        ? frameDocument({ html, images, files: filesOf(api), colors: isPaper ? null : colors, isDark })
        : undefined,
    [html, images, api, colors, isPaper, isDark],
  )

  useEffect(() => {
    const element = frame.current
    if (!element || !page) return
    let observer: ResizeObserver | undefined
    const measure = () => {
      const body = element.contentDocument?.body
      if (!body) return
      const root = body.ownerDocument.documentElement
      const scrollbar = root.scrollWidth > root.clientWidth ? 16 : 0
      const needed = Math.ceil(body.scrollHeight + scrollbar)
      root.style.overflowY = needed > maxHeight ? 'auto' : ''
      setHeight(Math.min(maxHeight, needed))
    }
    const onLoad = () => {
      const page = element.contentDocument
      if (!page?.body) return
      prepareLinks(page)
      if (isDark && !isPaper) liftDarkText(page.body)
      listenIn(page)
      observer?.disconnect()
      observer = new ResizeObserver(measure)
      observer.observe(page.body)
      for (const image of page.images) image.addEventListener('load', measure)
      measure()
    }
    element.addEventListener('load', onLoad)
    element.srcdoc = page
    return () => {
      element.removeEventListener('load', onLoad)
      observer?.disconnect()
    }
  }, [page, isDark, isPaper])

  return (
    <iframe
      ref={frame}
      className={`hd-frame${isPaper ? ' hd-frame--paper' : ''}`}
      title={title}
      sandbox={frameSandbox}
      referrerPolicy="no-referrer"
      style={{ blockSize: height }}
    />
  )
}
