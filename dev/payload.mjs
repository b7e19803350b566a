// The payload command with the demo site's config: node dev/payload.mjs generate:importmap
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const args = process.argv.slice(2)

// Only what reads or writes tables needs the database.
const needsDatabase = !/^generate:/.test(args[0] ?? '')

const run = (env) =>
  new Promise((resolve) => {
    const command = spawn(process.execPath, ['node_modules/payload/bin.js', ...args], {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        PAYLOAD_CONFIG_PATH: './dev/payload.config.ts',
        ROOT_DIR: `${root}dev`,
        TSX_TSCONFIG_PATH: `${root}dev/tsconfig.json`,
        ...env,
      },
    })
    command.once('exit', (code) => resolve(code ?? 1))
  })

const withDatabase = async () => {
  const { tsImport } = await import('tsx/esm/api')
  const { startDatabase } = await tsImport('./database/index.ts', import.meta.url)
  const database = await startDatabase()
  try {
    return await run({ DATABASE_URL: database.url() })
  } finally {
    await database.close()
  }
}

process.exit(needsDatabase ? await withDatabase() : await run({}))
