import type { Block } from 'payload'

export type PortalBlockArgs = {
  /**
   * The mailbox of every portal that this block makes, as id or address; without it, the editor chooses one.
   * @default chosen by the editor
   */
  mailbox?: number | string
  /**
   * The block's slug.
   * @default 'helpdeskPortal'
   */
  slug?: string
  /**
   * The slug of the mailboxes, where the option `slugs` changes it.
   * @default 'mailboxes'
   */
  mailboxes?: string
}

/**
 * A block by which an editor drops the portal into a page; render it with `HelpdeskPortal`. It stands at the package's main
 * door: a config is also read outside of Next, where the components' style sheet cannot be.
 * @example { name: 'layout', type: 'blocks', blocks: [helpdeskPortalBlock()] }
 */
export const helpdeskPortalBlock = ({
  mailbox,
  slug = 'helpdeskPortal',
  mailboxes = 'mailboxes',
}: PortalBlockArgs = {}): Block => ({
  slug,
  interfaceName: 'HelpdeskPortalBlock',
  labels: { singular: 'Help desk portal', plural: 'Help desk portals' },
  fields: [
    mailbox === undefined
      ? {
          name: 'mailbox',
          type: 'relationship',
          relationTo: mailboxes as never,
          // The page is read by everybody, a mailbox by agents: its id is all that the portal needs.
          maxDepth: 0,
          admin: { description: 'Requests go there, and only its tickets are shown. Empty means all.' },
        }
      : {
          name: 'mailbox',
          type: 'text',
          defaultValue: String(mailbox),
          admin: { hidden: true },
        },
  ],
})
