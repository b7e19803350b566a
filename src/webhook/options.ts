/** The incoming webhook: other systems open tickets by it. */
export type WebhookOptions = {
  /**
   * Adds a call to the sender's active ticket with the same subject in that mailbox, instead of opening another.
   * @default true
   */
  appendToActive?: boolean
  /**
   * The largest body of a call, in bytes. Attachments stand in it as base64, which is a third longer than the file.
   * @default 31457280 (30 MB)
   */
  maxBodySize?: number
  /**
   * Attachments of one call.
   * @default 20
   */
  maxAttachments?: number
}

declare module '../core/config.js' {
  interface Helpdesk {
    webhook: { appendToActive: boolean; maxBodySize: number; maxAttachments: number }
  }
}

/** Completes the webhook's options. */
export const sanitizeWebhook = (options: WebhookOptions) => ({
  appendToActive: options.appendToActive ?? true,
  maxBodySize: options.maxBodySize ?? 30 * 1024 * 1024,
  maxAttachments: options.maxAttachments ?? 20,
})
