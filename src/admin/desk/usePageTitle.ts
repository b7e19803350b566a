'use client'
import { useEffect } from 'react'

/** Keeps the tab's title: the router writes one of its own, also after the page is there. */
export const usePageTitle = (title: string) => {
  useEffect(() => {
    const write = () => {
      if (document.title !== title) document.title = title
    }
    write()
    const observer = new MutationObserver(write)
    observer.observe(document.head, { childList: true, subtree: true, characterData: true })
    return () => observer.disconnect()
  }, [title])
}
