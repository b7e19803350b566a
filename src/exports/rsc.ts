export { ContactAddresses } from '../admin/fields/ContactAddresses.js'
export { InboxNavLink } from '../admin/Inbox/NavLink.js'
export { InboxView } from '../admin/Inbox/View.js'
export { QuarantineView } from '../admin/Quarantine/View.js'
