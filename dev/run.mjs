// Runs a TypeScript file of the dev site: node dev/run.mjs dev/seed/index.ts
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { register } from 'tsx/esm/api'

// While modules are being read nothing else keeps the process alive, and Node would sometimes end it half-way.
const awake = setInterval(() => undefined, 1000)
register()
await import(pathToFileURL(resolve(process.argv[2])).href)
awake.unref()
