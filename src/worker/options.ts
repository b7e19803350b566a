export type WorkerOptions = {
  /**
   * Whether this process may do background work when `startHelpdesk` is called from `instrumentation.ts`. Switch it
   * off where `payload-helpdesk worker` runs as a process of its own.
   * @default true
   */
  inProcess?: boolean
  /**
   * The secret of `POST /api/helpdesk/worker`, for platforms without long-running processes; sent as
   * `Authorization: Bearer …`. Without it the route answers managers only.
   * @default undefined
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
