import { HelpdeskError, MailError } from '../../core/errors.js'

/** In the order in which a test takes them; `tls` only where the mailbox asks for encryption. */
const order = ['resolve', 'connect', 'tls', 'login', 'folder', 'send', 'receive', 'plus'] as const

export type StepName = (typeof order)[number]

/** What one step of a connection test found. */
export type TestStep = {
  name: StepName
  side: 'receive' | 'send'
  ok: boolean
  /**
   * What it was, as a stable key: of a fault its cause (`auth`, `tls`, `dns` …) or `notArrived`; of the step `plus`
   * `plusWorks` or `plainOnly`.
   */
  code?: string
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
  tls: 'tls',
  noEncryption: 'tls',
  auth: 'login',
  needsPassword: 'login',
}

const words: Partial<Record<StepName, string>> = {
  resolve: 'The server was found.',
  connect: 'Connected.',
  tls: 'The connection is encrypted, and the certificate is valid.',
  login: 'Signed in.',
}

type Side = TestStep['side']

type Found = Pick<TestStep, 'side' | 'name'> & Partial<Omit<TestStep, 'ok'>>

type Missed = { side: Side; name: StepName; message: string }

type Failed = { side: Side; at: StepName; error: unknown }

/** Takes the steps down as they happen. `ways`: what connecting takes on each side. */
export const stepLog = (ways: Record<Side, StepName[]>) => {
  const steps: TestStep[] = []
  let since = performance.now()
  const add = (step: Omit<TestStep, 'ms'>): void => {
    steps.push({ ...step, ms: Math.round(performance.now() - since) })
    since = performance.now()
  }
  /** Clients tell several steps as one: what lies before a step that was reached has passed, in its time. */
  const passBefore = (side: Side, name: StepName): void => {
    for (const step of ways[side].filter((each) => order.indexOf(each) < order.indexOf(name)))
      if (!steps.some((taken) => taken.side === side && taken.name === step))
        steps.push({ side, name: step, ok: true, message: words[step]!, ms: 0 })
  }
  return {
    steps,
    passed: ({ side, name, ...found }: Found): void => {
      passBefore(side, name)
      add({ side, name, ok: true, message: words[name] ?? '', ...found })
    },
    missed: ({ side, name, message }: Missed): void =>
      add({ side, name, ok: false, code: 'notArrived', message }),
    /** A fault, at the step it belongs to. What is not the server's doing is no result of a test. */
    failed: ({ side, at, error }: Failed): void => {
      if (!(error instanceof MailError) && !(error instanceof HelpdeskError)) throw error
      const isMail = error instanceof MailError
      const code = isMail ? error.code : error.key
      const name = stepOfCode[code] ?? at
      // Without a password nothing was tried.
      if (code !== 'needsPassword') passBefore(side, name)
      add({
        side,
        name,
        ok: false,
        code,
        message: error.message,
        ...(isMail && error.response && { response: error.response }),
      })
    },
  }
}

export type StepLog = ReturnType<typeof stepLog>
