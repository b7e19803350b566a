// Runs a TypeScript file of the dev site: node dev/run.mjs dev/seed/index.ts
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
// Node 20 sometimes ends without a word, with code 13, where the editor's modules are first met in a circle of imports.
import 'lexical'
import { register } from 'tsx/esm/api'

register()
await import(pathToFileURL(resolve(process.argv[2])).href)
