import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** A file of the repository; `path` begins at the folder that was read. */
export type Source = { path: string; text: string }

export type Import = {
  /** As written. */
  to: string
  /** The file it leads to, from the same folder; null for a package. */
  file: string | null
  /** Erased when compiled. */
  isType: boolean
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Every file below a folder of the repository whose name ends like that, sorted. */
export const readSources = (folder: string, ending = /\.tsx?$/): Source[] =>
  readdirSync(`${root}${folder}`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) =>
      posix.join(entry.parentPath.slice(root.length + folder.length), entry.name).replace(/^\//, ''),
    )
    .filter((path) => !/(^|\/)(node_modules|\.next)\//.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(`${root}${folder}/${path}`, 'utf8') }))

const trees = new WeakMap<Source, ts.SourceFile>()

export const treeOf = (source: Source): ts.SourceFile => {
  const known = trees.get(source)
  if (known) return known
  const kind = source.path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  const tree = ts.createSourceFile(source.path, source.text, ts.ScriptTarget.ES2023, true, kind)
  trees.set(source, tree)
  return tree
}

/** Where a node stands, as `path:line`. */
export const lineOf = (source: Source, node: ts.Node): string => {
  const tree = treeOf(source)
  return `${source.path}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`
}

/** Calls `visit` for every node, the outer before the inner. */
export const walk = (node: ts.Node, visit: (node: ts.Node) => void): void => {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

const isErased = (clause: ts.ImportClause | ts.NamedExports | undefined): boolean => {
  if (!clause) return false
  if (ts.isNamedExports(clause))
    return clause.elements.length > 0 && clause.elements.every((one) => one.isTypeOnly)
  if (clause.isTypeOnly) return true
  const named = clause.namedBindings
  return !clause.name && !!named && ts.isNamedImports(named) && named.elements.every((one) => one.isTypeOnly)
}

const target = (from: string, to: string): string | null => {
  if (!to.startsWith('.')) return null
  return posix.join(posix.dirname(from), to)
}

/** What a file imports and exports again, dynamic imports and `import()` types included. */
export const importsOf = (source: Source): Import[] => {
  const found: Import[] = []
  const add = (node: ts.Node | undefined, isType: boolean): void => {
    if (!node || !ts.isStringLiteralLike(node)) return
    found.push({ to: node.text, file: target(source.path, node.text), isType })
  }
  walk(treeOf(source), (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isErased(node.importClause))
    else if (ts.isExportDeclaration(node)) {
      const clause = node.exportClause && ts.isNamedExports(node.exportClause) ? node.exportClause : undefined
      add(node.moduleSpecifier, node.isTypeOnly || isErased(clause))
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true)
  })
  return found
}

/** The file that an import of a compiled name (`./x.js`) means; the name itself where there is none. */
export const resolver = (sources: Source[]): ((file: string) => string) => {
  const present = new Set(sources.map(({ path }) => path))
  return (file) => {
    const bare = file.replace(/\.js$/, '')
    return [`${bare}.ts`, `${bare}.tsx`].find((path) => present.has(path)) ?? file
  }
}
