// npm run bench: measures how fast mail is taken in and how fast the inbox answers. `npm run bench -- intake` or
// `-- pages` measures one of them; `--mails=2000`, `--tickets=1000,100000` and `--runs=3` change how much.
import { spawn } from 'node:child_process'
import { ensureInstalled, root } from '../../dev/install.mjs'

ensureInstalled()

// The channel tells the bench when this process is killed; Ctrl-C reaches it by itself.
const bench = spawn(process.execPath, ['dev/run.mjs', 'test/bench/index.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
})
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => bench.kill('SIGTERM'))
bench.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
