// Runs and times commands, and ends every process that is still there at the end.
import { spawn } from 'node:child_process'

const running = new Set()

// What npm sets for `npm run` would reach the npm of the newcomer's site.
const cleanEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD|NODE_OPTIONS|NODE_ENV|TSX_)/i.test(name)),
)

const launch = (command, args, { cwd, env = {} }) => {
  const child = spawn(command, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: {
      ...cleanEnv,
      NEXT_TELEMETRY_DISABLED: '1',
      CI: 'true',
      FORCE_COLOR: '0',
      NO_COLOR: '1',
      npm_config_fund: 'false',
      npm_config_audit: 'false',
      npm_config_update_notifier: 'false',
      ...env,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  const signal = (name) => {
    try {
      process.kill(-child.pid, name)
    } catch {
      // It has ended in the meantime.
    }
  }
  running.add(signal)
  const ended = new Promise((resolve) => {
    child.once('error', (error) => {
      output += error.message
      resolve(127)
    })
    child.once('close', (code) => {
      running.delete(signal)
      // As shells count what a signal ended.
      resolve(code ?? 137)
    })
  })
  return { ended, signal, output: () => output }
}

/** Enough of what was printed to see what went wrong. */
export const lastLines = (text) => text.trimEnd().split('\n').slice(-80).join('\n')

/** Runs a command to its end and gives what it printed; throws with it when it ends with a code that is not `good`. */
export const run = async (command, args, { minutes = 15, good = [0], ...options }) => {
  const child = launch(command, args, options)
  const timer = setTimeout(() => child.signal('SIGKILL'), minutes * 60_000)
  const code = await child.ended
  clearTimeout(timer)
  if (!good.includes(code))
    throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${lastLines(child.output())}`)
  return child.output()
}

/** Starts a command that stays, and waits until it has printed what is expected. */
export const serve = async (command, args, { until, seconds = 60, ...options }) => {
  const child = launch(command, args, options)
  let code
  void child.ended.then((value) => {
    code = value
  })
  const end = Date.now() + seconds * 1000
  while (!until.test(child.output())) {
    if (code !== undefined || Date.now() > end)
      throw new Error(`${command} ${args.join(' ')} did not start:\n${lastLines(child.output())}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    output: child.output,
    /** Asks it to end; tells how many milliseconds that took, and whether it had to be made to. */
    stop: async (patience = 15_000) => {
      const begun = Date.now()
      let isKilled = false
      child.signal('SIGTERM')
      const timer = setTimeout(() => {
        isKilled = true
        child.signal('SIGKILL')
      }, patience)
      await child.ended
      clearTimeout(timer)
      return { ms: Date.now() - begun, isKilled }
    },
  }
}

/** Ends whatever still runs. */
export const endAll = () => {
  for (const signal of running) signal('SIGKILL')
}

/** Does a step and prints one line about it. */
export const step = async (title, work) => {
  const begun = Date.now()
  const seconds = () => `${((Date.now() - begun) / 1000).toFixed(1)} s`.padStart(8)
  try {
    const result = await work()
    const said = typeof result === 'string' ? `: ${result}` : ''
    console.log(`ok     ${seconds()}  ${title}${said}`)
    return result
  } catch (error) {
    console.log(`FAILED ${seconds()}  ${title}`)
    throw error
  }
}
