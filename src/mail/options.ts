import type { Step } from './inbound/step.js'
import { type LettersOptions, sanitizeLetters } from './letters/options.js'

export type MailOptions = {
  /**
   * The steps that decide what becomes of an incoming mail, in order. Add, remove or replace some.
   * @default the steps of `mail/inbound/process.ts`
   * @example steps: ({ defaultSteps }) => [refuseRecruiters, ...defaultSteps]
   */
  steps?: (args: { defaultSteps: Step[] }) => Step[]
  /**
   * The largest mail that is fetched whole, in bytes. Of a larger one the headers and the first text part are kept
   * and the verdict is `tooLarge`.
   * @default 26214400 (25 MB)
   */
  maxMessageSize?: number
  /**
   * Days for which the source of a mail is kept; of a quarantined one until it is handled.
   * @default 30
   */
  keepRawDays?: number
  /**
   * Milliseconds between two looks at a mailbox whose server does not push (IMAP IDLE).
   * @default 60000
   */
  pollIntervalMs?: number
  /** Child processes that parse mail. */
  parsers?: {
    /**
     * How many run at once.
     * @default 2
     */
    count?: number
    /**
     * Milliseconds after which a parser is killed and the mail counts as one failed try.
     * @default 10000
     */
    timeoutMs?: number
    /**
     * Megabytes of memory at which a parser is killed.
     * @default 512
     */
    maxMemoryMb?: number
  }
  /** The mails that customers get, and what their templates can say. */
  letters?: LettersOptions
  /** Limits of the mail with which a mail is answered automatically. */
  automatic?: {
    /**
     * Automatic mails to one address within 24 hours, over all mailboxes.
     * @default 3
     */
    perAddressPerDay?: number
    /**
     * Automatic mails of the whole site within an hour; above it none leave and managers see an alert.
     * @default 500
     */
    perHour?: number
    /**
     * Hours after which a mail is too old to be answered automatically.
     * @default 24
     */
    maxAgeHours?: number
  }
  /**
   * How often a mail is tried before it is set aside: in to quarantine, out to "failed".
   * @default { inbound: 4, outbound: 10 }
   */
  attempts?: {
    /**
     * Tries of an incoming mail before it waits in the quarantine.
     * @default 4
     */
    inbound?: number
    /**
     * Tries of an outgoing mail before it stands as failed.
     * @default 10
     */
    outbound?: number
  }
}

declare module '../core/config.js' {
  interface Helpdesk {
    mail: {
      steps: NonNullable<MailOptions['steps']>
      maxMessageSize: number
      keepRawDays: number
      pollIntervalMs: number
      parsers: { count: number; timeoutMs: number; maxMemoryMb: number }
      automatic: { perAddressPerDay: number; perHour: number; maxAgeHours: number }
      attempts: { inbound: number; outbound: number }
      letters: ReturnType<typeof sanitizeLetters>
    }
  }
}

/** Completes the options of mail. */
export const sanitizeMail = (options: MailOptions) => ({
  steps: options.steps ?? (({ defaultSteps }: { defaultSteps: Step[] }) => defaultSteps),
  maxMessageSize: options.maxMessageSize ?? 25 * 1024 * 1024,
  keepRawDays: options.keepRawDays ?? 30,
  pollIntervalMs: options.pollIntervalMs ?? 60_000,
  parsers: {
    count: options.parsers?.count ?? 2,
    timeoutMs: options.parsers?.timeoutMs ?? 10_000,
    maxMemoryMb: options.parsers?.maxMemoryMb ?? 512,
  },
  automatic: {
    perAddressPerDay: options.automatic?.perAddressPerDay ?? 3,
    perHour: options.automatic?.perHour ?? 500,
    maxAgeHours: options.automatic?.maxAgeHours ?? 24,
  },
  attempts: { inbound: options.attempts?.inbound ?? 4, outbound: options.attempts?.outbound ?? 10 },
  letters: sanitizeLetters(options.letters ?? {}),
})
