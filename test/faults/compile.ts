import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { isAlive } from '../../dev/database/lock.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

let made: string | undefined

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

/**
 * Compiles these files and what they import to plain JavaScript, once a test process; returns the folder. Processes
 * that are killed by the dozen start several times faster from it, and all see the sources as they were at one moment.
 */
export const compileOnce = (entries: string[]): string => {
  if (made) return made
  const all = join(root, '.data', 'faults')
  const folder = join(all, String(process.pid))
  made = folder
  mkdirSync(folder, { recursive: true })
  const remove = (path: string): void => rmSync(path, { recursive: true, force: true })
  // A test process that was killed has left its own behind.
  for (const name of readdirSync(all)) if (!isAlive(Number(name))) remove(join(all, name))
  process.once('exit', () => remove(folder))
  const waiting = entries.map((entry) => join(root, entry))
  const seen = new Set(waiting)
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    const source = readFileSync(file, 'utf8')
    for (const { fileName } of ts.preProcessFile(source).importedFiles) {
      const path = fileName.startsWith('.') ? resolve(dirname(file), fileName.replace(/\.js$/, '')) : ''
      const found = path && [`${path}.ts`, `${path}.tsx`].find(isFile)
      if (!found || seen.has(found)) continue
      seen.add(found)
      waiting.push(found)
    }
    const target = join(folder, relative(root, file)).replace(/\.tsx?$/, '.js')
    mkdirSync(dirname(target), { recursive: true })
    const { outputText } = ts.transpileModule(source, {
      fileName: file,
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2022,
        jsx: ts.JsxEmit.ReactJSX,
      },
    })
    writeFileSync(target, outputText)
  }
  // A package without a name: whoever looks for the plugin from here finds these files, not the built ones.
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  return folder
}
