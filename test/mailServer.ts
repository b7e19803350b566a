import { hasDovecot } from '../dev/mail/dovecot.js'

export * from '../dev/mail/dovecot.js'
export * from '../dev/mail/index.js'

/** Whether tests on Dovecot are left out: it is no requirement on a developer's machine, but is in CI. */
export const lacksDovecot = !hasDovecot() && !process.env.CI
