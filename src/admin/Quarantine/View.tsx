import type { AdminViewServerProps } from 'payload'
import { isManager } from '../../collections/access/role.js'
import { ClaimScreen } from '../Claim/ClaimScreen.js'
import { deskProps } from '../Inbox/deskProps.js'
import { Quarantine } from './Quarantine.js'

/** Mails that wait for a decision; for managers. */
export const QuarantineView = ({ initPageResult: { req } }: AdminViewServerProps) =>
  isManager({ req }) ? <Quarantine {...deskProps(req, null)} /> : <ClaimScreen canClaim={false} />
