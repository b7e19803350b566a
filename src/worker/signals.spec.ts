import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const source = fileURLToPath(new URL('./signals.ts', import.meta.url))

/** A process that is told to end while it has something to finish; what it prints, and how it ends. */
const end = (args: { before?: string; after?: string; signals?: number; finishMs?: number }) =>
  new Promise<{ printed: string[]; code: number | null; signal: string | null }>((resolve, reject) => {
    const script = `
      const { finishBeforeEnd } = await import(${JSON.stringify(source)})
      const say = (word) => require('node:fs').writeSync(1, word + '\\n')
      setInterval(() => {}, 1000)
      ${args.before ?? ''}
      const giveBack = finishBeforeEnd(async () => {
        say('finishing')
        await new Promise((resolve) => setTimeout(resolve, ${args.finishMs ?? 300}))
        say('finished')
      })
      ${args.after ?? ''}
      say('ready')`
    const child = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        '--input-type=module',
        '-e',
        `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); ${script}`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    let output = ''
    let sent = 0
    child.stdout.on('data', (data: Buffer) => {
      output += data
      const isDue = (sent === 0 && output.includes('ready')) || (sent === 1 && output.includes('finishing'))
      if (isDue && sent < (args.signals ?? 1)) {
        sent++
        child.kill('SIGTERM')
      }
    })
    child.once('error', reject)
    child.once('close', (code, signal) =>
      resolve({ printed: output.trim().split('\n').slice(1), code, signal }),
    )
  })

const server = `process.on('SIGTERM', () => { say('server ends'); process.exit(0) })`

describe('a process that is told to end', { timeout: 60_000 }, () => {
  it('finishes its work before the server in it ends the process', async () => {
    expect(await end({ before: server })).toEqual({
      printed: ['finishing', 'finished', 'server ends'],
      code: 0,
      signal: null,
    })
  })

  it('ends by the signal where nobody else would end it', async () => {
    expect(await end({})).toEqual({ printed: ['finishing', 'finished'], code: null, signal: 'SIGTERM' })
  })

  it('ends at once when it is told a second time', async () => {
    expect(await end({ before: server, signals: 2, finishMs: 25_000 })).toMatchObject({
      printed: ['finishing', 'server ends'],
      code: 0,
    })
  })

  it('leaves signals alone once they are given back', async () => {
    const { printed } = await end({ before: server, after: 'giveBack()' })
    expect(printed).toEqual(['server ends'])
  })
})
