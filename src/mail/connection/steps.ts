import { HelpdeskError, MailError } from '../../core/errors.js'

export type StepName = 'resolve' | 'connect' | 'login' | 'folder' | 'send' | 'receive' | 'plus'

/** What one step of a connection test found. */
export type TestStep = {
  name: StepName
  side: 'receive' | 'send'
  ok: boolean
  /** What happened, in plain words. */
  message: string
  /** The server's own words. */
  response?: string
  ms: number
}

/** What a connection test found, step by step. */
export type ConnectionTest = { steps: TestStep[]; ok: boolean }

/** Where a fault belongs that a client reports for connecting as a whole. */
const stepOfCode: Record<string, StepName> = {
  privateHost: 'resolve',
  dns: 'resolve',
  auth: 'login',
  needsPassword: 'login',
}

/** Takes the steps down as they happen. */
export const stepLog = () => {
  const steps: TestStep[] = []
  let since = performance.now()
  const add = (step: Omit<TestStep, 'ms'>): void => {
    steps.push({ ...step, ms: Math.round(performance.now() - since) })
    since = performance.now()
  }
  return {
    steps,
    passed: (side: TestStep['side'], name: StepName, message: string, response?: string): void =>
      add({ side, name, ok: true, message, ...(response && { response }) }),
    missed: (side: TestStep['side'], name: StepName, message: string): void =>
      add({ side, name, ok: false, message }),
    /** A fault, at the step it belongs to. What is not the server's doing is no result of a test. */
    failed: (side: TestStep['side'], at: StepName, error: unknown): void => {
      if (!(error instanceof MailError) && !(error instanceof HelpdeskError)) throw error
      const response = error instanceof MailError ? error.response : undefined
      const name = error instanceof MailError ? (stepOfCode[error.code] ?? at) : at
      add({ side, name, ok: false, message: error.message, ...(response && { response }) })
    },
  }
}

export type StepLog = ReturnType<typeof stepLog>
