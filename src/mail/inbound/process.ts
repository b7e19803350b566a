import type { Step } from './step.js'
import { acknowledge } from './steps/acknowledge.js'
import { beforeStart } from './steps/beforeStart.js'
import { blockedSender } from './steps/blockedSender.js'
import { bounce } from './steps/bounce.js'
import { classifyAutomatic } from './steps/classifyAutomatic.js'
import { complaint } from './steps/complaint.js'
import { identifySender } from './steps/identifySender.js'
import { join } from './steps/join.js'
import { knownMail } from './steps/knownMail.js'
import { open } from './steps/open.js'
import { ownMail } from './steps/ownMail.js'
import { ownProbe } from './steps/ownProbe.js'
import { sharedId } from './steps/sharedId.js'
import { thread } from './steps/thread.js'
import { tooLarge } from './steps/tooLarge.js'

/**
 * What becomes of an incoming mail, in this order. The first eight only sift, before anything is stored; the
 * others run in the transaction that stores the result. A step that sets a verdict ends the way.
 */
export const defaultSteps: Step[] = [
  ownProbe,
  knownMail,
  beforeStart,
  tooLarge,
  ownMail,
  classifyAutomatic,
  identifySender,
  blockedSender,
  bounce,
  complaint,
  sharedId,
  thread,
  join,
  open,
  acknowledge,
]
