import type { TaskConfig } from 'payload'
import { workerOf } from './start.js'

/**
 * The background work as a task of Payload's job queue, for sites that schedule everything there. It is not
 * registered by itself: a task's name is a value in the jobs table, and each new one a migration.
 * @example jobs: { tasks: [helpdeskTask()] }
 */
export const helpdeskTask = (): TaskConfig => ({
  slug: 'helpdesk',
  label: 'Help desk',
  // What fails is tried again by the next run, not by the queue.
  retries: 0,
  handler: async ({ req }) => {
    await workerOf(req.payload).runOnce({ budgetMs: 25_000 })
    return { output: {} }
  },
})
