import type { CollectionConfig } from 'payload'
import type { Helpdesk } from '../core/config.js'
import type { Part } from '../core/part.js'
import { deskEndpoints } from './endpoints/index.js'

/** The desk's screens hang on the tickets: there they get the admin's frame and its sign-in. */
const withViews = (collection: CollectionConfig): CollectionConfig => ({
  ...collection,
  admin: {
    ...collection.admin,
    components: {
      ...collection.admin?.components,
      views: {
        inbox: { Component: 'payload-helpdesk/rsc#InboxView', path: '/inbox' },
        quarantine: { Component: 'payload-helpdesk/rsc#QuarantineView', path: '/quarantine', exact: true },
        ...collection.admin?.components?.views,
      },
    },
  },
})

/** What the agents' desk gives the roof. */
export const adminPart = ({ slugs }: Helpdesk): Part => ({
  endpoints: deskEndpoints,
  collectionChanges: (collection) => (collection.slug === slugs.tickets ? withViews(collection) : collection),
  components: { beforeNavLinks: ['payload-helpdesk/rsc#InboxNavLink'] },
})
