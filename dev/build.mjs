// Builds dist: one file in, one file out, style sheets copied beside the components that import them.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
if (!existsSync(join(root, 'dist')))
  rmSync(join(root, 'node_modules/.cache/payload-helpdesk.tsbuildinfo'), { force: true })

const built = spawnSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'dev/tsconfig.build.json'],
  {
    cwd: root,
    stdio: 'inherit',
  },
)
if (built.status !== 0) process.exit(built.status ?? 1)

// What a deleted source has left would be packed along.
const sourceEnds = ['', '.ts', '.tsx']
const removeLeftovers = (folder) => {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) removeLeftovers(path)
    else {
      const source = join(root, 'src', relative(join(root, 'dist'), path)).replace(/(\.d\.ts|\.js)$/, '')
      if (!sourceEnds.some((end) => existsSync(source + end))) rmSync(path, { force: true })
    }
  }
}
removeLeftovers(join(root, 'dist'))

const copyStyles = (folder) => {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) copyStyles(path)
    else if (name.endsWith('.css')) {
      const target = join(root, 'dist', relative(join(root, 'src'), path))
      mkdirSync(dirname(target), { recursive: true })
      cpSync(path, target)
    }
  }
}
copyStyles(join(root, 'src'))

const command = join(root, 'dist/bin/payload-helpdesk.js')
if (existsSync(command)) chmodSync(command, 0o755)
