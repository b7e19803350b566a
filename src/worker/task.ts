import type { PayloadRequest, TaskConfig } from 'payload'
import { workerOf } from './start.js'

const slug = 'helpdesk'

/** Where Payload keeps its jobs. */
const jobs = 'payload-jobs'

/** A run begins nothing new after 25 seconds; one that is older than this has lost its process. */
const deadAfterMs = 5 * 60_000

/**
 * Payload 3 leaves a job whose process was killed as "processing" for ever, and its schedule waits for it
 * (payloadcms/payload#17645). A run holds nothing that the next one could miss, so it goes.
 */
const removeDead = (req: PayloadRequest) =>
  req.payload.db.deleteMany({
    collection: jobs,
    where: {
      and: [
        { taskSlug: { equals: slug } },
        { processing: { equals: true } },
        { updatedAt: { less_than: new Date(Date.now() - deadAfterMs).toISOString() } },
      ],
    },
    req,
  })

type ScheduleHooks = NonNullable<NonNullable<TaskConfig['schedule']>[number]['hooks']>

const beforeSchedule: ScheduleHooks['beforeSchedule'] = async (args) => {
  await removeDead(args.req)
  return args.defaultBeforeSchedule(args)
}

/** When Payload's queue runs the background work. */
export type HelpdeskTaskArgs = {
  /** A crontab line, of five fields or, with seconds, of six. Without it the task is scheduled by the site. */
  cron?: string
  /** The queue that the jobs are put in. @default 'default' */
  queue?: string
}

/**
 * The background work as a task of Payload's job queue, for sites that schedule everything there. It is not
 * registered by itself: a task's name is a value in the jobs table, and each new one a migration. A job whose
 * process was killed is taken away after five minutes, and the schedule goes on; where two run at once, each does
 * what the other does not hold.
 * @example jobs: { tasks: [helpdeskTask({ cron: '* * * * *' })] }
 */
export const helpdeskTask = ({ cron, queue = 'default' }: HelpdeskTaskArgs = {}): TaskConfig => ({
  slug,
  label: 'Help desk',
  // What fails is tried again by the next run, not by the queue.
  retries: 0,
  ...(cron && { schedule: [{ cron, queue, hooks: { beforeSchedule } }] }),
  handler: async ({ req }) => {
    await removeDead(req)
    await workerOf(req.payload).runOnce({ budgetMs: 25_000 })
    return { output: {} }
  },
})
