// Builds dist: one file in, one file out, style sheets copied beside the components that import them.
// `--noCheck` leaves types alone, for those who only want to run it.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = join(root, 'src')
const target = join(root, 'dist')

// What the compiler remembers of the last build holds only while that build is there.
if (!existsSync(target))
  rmSync(join(root, 'node_modules/.cache/payload-helpdesk.tsbuildinfo'), { force: true })

const compiler = [
  join(root, 'node_modules/typescript/bin/tsc'),
  '-p',
  'dev/tsconfig.build.json',
  ...process.argv.slice(2),
]
const built = spawnSync(process.execPath, compiler, { cwd: root, stdio: 'inherit' })

const filesBelow = (folder, path = '') =>
  readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(folder, join(path, entry.name)) : [join(path, entry.name)],
  )

const sources = new Set(filesBelow(source))

// A file whose source is gone would still be packed.
for (const file of existsSync(target) ? filesBelow(target) : []) {
  const origin = file.replace(/(\.d\.ts|\.js)$/, '')
  if (![file, `${origin}.ts`, `${origin}.tsx`].some((path) => sources.has(path))) rmSync(join(target, file))
}

for (const file of sources) {
  if (!file.endsWith('.css')) continue
  mkdirSync(dirname(join(target, file)), { recursive: true })
  cpSync(join(source, file), join(target, file))
}

// The compiler leaves imports of style sheets in declarations, where a site's own compiler looks for their types.
for (const file of filesBelow(target).filter((name) => name.endsWith('.d.ts'))) {
  const declared = readFileSync(join(target, file), 'utf8')
  const rest = declared.replace(/^import '[^']+\.css';\n/gm, '')
  if (rest === declared) continue
  writeFileSync(join(target, file), /^(import|export)\b/m.test(rest) ? rest : `${rest}export {};\n`)
}

const command = join(target, 'bin/payload-helpdesk.js')
if (existsSync(command)) chmodSync(command, 0o755)
process.exit(built.status ?? 1)
