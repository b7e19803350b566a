import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readHeartbeat } from '../../src/operations/heartbeat.js'
import { createSite, type Site } from '../site.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

describe('payload-helpdesk worker', () => {
  type Run = { child: ChildProcess; output: () => string; ended: Promise<number | null> }

  let site: Site
  let working: Run
  let disabled: Run
  let nowhere: Run
  const run = (args: string[], env: Record<string, string> = {}): Run => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/bin/payload-helpdesk.ts', ...args], {
      cwd: root,
      env: {
        ...process.env,
        NODE_ENV: 'development',
        DATABASE_URL: site.databaseUrl,
        HELPDESK_TEST_LOG: 'info',
        ...env,
      },
    })
    let output = ''
    child.stdout.on('data', (data: Buffer) => (output += data))
    child.stderr.on('data', (data: Buffer) => (output += data))
    return { child, output: () => output, ended: new Promise((resolve) => child.once('exit', resolve)) }
  }
  const config = ['--config', 'test/faults/payload.config.ts']

  beforeAll(async () => {
    site = await createSite({ users: false })
    // All at once: each reads the whole site's sources, on one core.
    working = run(['worker', ...config])
    disabled = run(['worker', ...config], { HELPDESK_TEST_OPTIONS: '{"disabled":true}' })
    nowhere = run(['worker', '--config', 'test/faults/nowhere.ts'])
  })
  afterAll(async () => {
    for (const one of [working, disabled, nowhere]) one?.child.kill('SIGKILL')
    await site?.close()
  })

  it('runs the work of a site with a TypeScript config, and ends well when it is told to', {
    timeout: 150_000,
  }, async () => {
    const { child, output, ended } = working
    await expect.poll(output, { timeout: 90_000, interval: 100 }).toContain('worker started')
    await expect.poll(async () => (await readHeartbeat(site.payload)).alive, { timeout: 10_000 }).toBe(true)
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(output()).toContain('worker stops (SIGTERM)')
  })

  it('says why it cannot run', { timeout: 180_000 }, async () => {
    expect(await disabled.ended).toBe(1)
    expect(disabled.output()).toContain('switched off')
    expect(await nowhere.ended).toBe(1)
    expect(nowhere.output()).toContain('nowhere.ts')
  })
})
