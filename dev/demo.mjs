// npm run demo: plain Node until the packages are there, then dev/demo/index.ts does the work.
import { spawn } from 'node:child_process'
import { ensureInstalled, root } from './install.mjs'

ensureInstalled()

// The channel tells the demo when this process is killed; Ctrl-C reaches it by itself.
const demo = spawn(process.execPath, ['dev/run.mjs', 'dev/demo/index.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
})
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => demo.kill('SIGTERM'))
demo.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
