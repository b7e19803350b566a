import type { PortalPage } from '../page.js'

/**
 * Keeps the key of a link in a mail where it is: no page that is opened from this one is told its address, and no search
 * engine lists it. `HelpdeskPortal` has it; a page that draws the portal itself renders it too. A server component.
 */
export const PortalPrivacy = ({ page }: { page: PortalPage }) =>
  (page.param('guest') || page.param('signin')) && (
    <>
      <meta name="referrer" content="no-referrer" />
      <meta name="robots" content="noindex" />
    </>
  )
