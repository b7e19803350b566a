export type WorkerOptions = {
  /**
   * Whether this process may do background work when `startHelpdesk` is called from `instrumentation.ts`. Switch it
   * off where `payload-helpdesk worker` runs as a process of its own.
   * @default true
   */
  inProcess?: boolean
  /**
   * The secret of `POST /api/helpdesk/worker` (also GET), for platforms without long-running processes: have it
   * called every minute with `Authorization: Bearer …`. Each call works for at most `budgetMs` (of the body or the
   * query; 25 000 unless told, at most 50 000) and says what it did. Without a secret the route answers managers only.
   * @default undefined
   * @example routeSecret: process.env.CRON_SECRET
   */
  routeSecret?: string
}

declare module '../core/config.js' {
  interface Helpdesk {
    worker: { inProcess: boolean; routeSecret: string | undefined }
  }
}

/** Completes the options of the worker. */
export const sanitizeWorker = (options: WorkerOptions) => ({
  inProcess: options.inProcess ?? true,
  routeSecret: options.routeSecret,
})
