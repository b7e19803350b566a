import { builtinModules } from 'node:module'
import { importsOf, resolver, type Source } from './source.js'

/** The house, from the ground up. Imports go down only, and rooms of one floor do not know each other. */
const floors: string[][] = [
  ['core', 'translations'],
  ['rules'],
  ['collections'],
  ['operations'],
  ['mail', 'events', 'automation', 'alerts', 'reports', 'ai', 'webhook', 'forms', 'portal'],
  ['admin', 'worker'],
]

const roof = floors.length
const roofFiles = ['index.ts', 'plugin.ts', 'merge.ts', 'options.ts', 'setup.ts', 'refuse.ts']
const roofRooms = ['exports', 'bin']

/** Floors whose rooms are entered by their door; the staircase below is open. */
const firstWithDoors = 4

const roomOf = (path: string): string => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '')

const floorOf = (path: string): number | undefined => {
  const room = roomOf(path)
  if (room === '' ? roofFiles.includes(path) : roofRooms.includes(room)) return roof
  const floor = floors.findIndex((rooms) => rooms.includes(room))
  return floor < 0 ? undefined : floor
}

type Step = { from: string; to: string }

const complaint = ({ from, to }: Step): string | null => {
  const [here, there] = [floorOf(from)!, floorOf(to)]
  const [room, other] = [roomOf(from), roomOf(to)]
  if (there === undefined) return 'leads to no floor of the house'
  if (room === other) {
    // `core` has no door of its own, and the roof's files stand side by side.
    return here < roof && to === `${room}/index.ts` ? 'a room does not use its own door' : null
  }
  if (there > here) return 'imports go down only'
  if (here === roof) return null
  if (here === there && here > 0) return 'rooms of one floor'
  if (there >= firstWithDoors && to !== `${other}/index.ts`)
    return `enter ${other} by its door, ${other}/index.ts`
  return null
}

/** What is wrong with who imports whom, a sentence each. */
export const checkFloors = (sources: Source[]): string[] => {
  const resolve = resolver(sources)
  return sources.flatMap((source) => {
    const from = source.path
    if (floorOf(from) === undefined) return [`${from} stands on no floor of the house`]
    if (/\.spec\.tsx?$/.test(from)) return []
    return importsOf(source).flatMap(({ file }) => {
      if (file === null || !/\.js$/.test(file)) return []
      const to = resolve(file)
      const wrong = complaint({ from, to })
      return wrong ? [`${from} → ${to}: ${wrong}`] : []
    })
  })
}

const valueGraph = (sources: Source[]): Map<string, string[]> => {
  const resolve = resolver(sources)
  return new Map(
    sources.map((source) => [
      source.path,
      importsOf(source).flatMap(({ file, isType }) => (file && !isType ? [resolve(file)] : [])),
    ]),
  )
}

/** Files that import each other in a circle, each circle once. */
export const checkCircles = (sources: Source[]): string[] => {
  const graph = valueGraph(sources)
  const done = new Set<string>()
  const path: string[] = []
  const found = new Set<string>()
  const visit = (file: string): void => {
    const at = path.indexOf(file)
    if (at >= 0) {
      found.add(`${[...path.slice(at), file].join(' → ')}: a circle`)
      return
    }
    if (done.has(file)) return
    path.push(file)
    for (const next of graph.get(file) ?? []) visit(next)
    path.pop()
    done.add(file)
  }
  for (const file of graph.keys()) visit(file)
  return [...found]
}

/** Packages that run in a browser. */
const browserPackages = [
  /^react(-dom)?(\/|$)/,
  /^@payloadcms\/ui(\/|$)/,
  /^@payloadcms\/translations(\/|$)/,
  /^@payloadcms\/richtext-lexical\/client$/,
  /^@tanstack\//,
  /^payload\/shared$/,
]

const isBuiltin = (name: string): boolean => name.startsWith('node:') || builtinModules.includes(name)

/** Whatever a browser's door leads to that no browser can run, with the way there. */
export const checkBrowser = (sources: Source[], doors: string[]): string[] => {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const resolve = resolver(sources)
  const seen = new Set<string>()
  const problems: string[] = []
  const visit = (path: string, way: string[]): void => {
    const source = byPath.get(path)
    if (!source || seen.has(path)) return
    seen.add(path)
    for (const { to, file, isType } of importsOf(source)) {
      if (isType || to.endsWith('.css')) continue
      if (file !== null) visit(resolve(file), [...way, path])
      else if (isBuiltin(to) || !browserPackages.some((name) => name.test(to)))
        problems.push(`${[...way, path].join(' → ')} → ${to}: not for browsers`)
    }
  }
  for (const door of doors) {
    if (!byPath.has(door)) problems.push(`${door}: there is no such door`)
    visit(door, [])
  }
  return problems
}

/** Rules are pure: nothing of Payload, no input or output, no clock. */
export const checkRules = (sources: Source[]): string[] =>
  sources
    .filter(({ path }) => path.startsWith('rules/') && !/\.spec\.ts$/.test(path))
    .flatMap((source) => [
      ...importsOf(source).flatMap(({ to, file, isType }) =>
        !isType &&
        (file === null
          ? isBuiltin(to) || /^(payload|@payloadcms)(\/|$)/.test(to)
          : !/^(rules|translations)\//.test(file))
          ? [`${source.path} → ${to}: rules are pure`]
          : [],
      ),
      ...(/\bDate\.now\(\)|new Date\(\)|Math\.random\(\)/.test(source.text)
        ? [`${source.path}: rules take the time and chance as arguments`]
        : []),
    ])
