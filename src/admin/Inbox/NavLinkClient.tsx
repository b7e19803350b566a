'use client'
import { Link, useNav } from '@payloadcms/ui'
import { useEffect, useState } from 'react'

/** A line of the nav that looks like Payload's own. */
export const NavLinkClient = ({ href, label }: { href: string; label: string }) => {
  const { navOpen } = useNav()
  const [isHere, setHere] = useState(false)
  // The router's own hook for this is another one in Payload 4; the nav is drawn anew on every page.
  // biome-ignore lint/correctness/useExhaustiveDependencies: where we are is looked up again when the nav opens
  useEffect(() => setHere(window.location.pathname.startsWith(href)), [href, navOpen])
  return (
    <Link
      className="nav__link"
      href={href}
      id="nav-helpdesk-inbox"
      prefetch={false}
      aria-current={isHere ? 'page' : undefined}
    >
      {isHere && <div className="nav__link-indicator" />}
      <span className="nav__link-label">{label}</span>
    </Link>
  )
}
