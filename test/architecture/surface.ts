import type { Access, CollectionConfig, Config, Endpoint, Field } from 'payload'
import ts from 'typescript'
import { importsOf, resolver, type Source, treeOf } from './source.js'

/** A function by its name; what stands for a rule elsewhere is told by it. */
const nameOf = (value: unknown): string =>
  typeof value === 'function' ? value.name || 'function' : JSON.stringify(value)

const accessOf = (access: object | undefined): string =>
  Object.entries((access ?? {}) as Record<string, Access>)
    .map(([operation, rule]) => `${operation}=${nameOf(rule)}`)
    .sort()
    .join(' ')

const flags = ['required', 'unique', 'index', 'hidden', 'virtual', 'hasMany', 'localized'] as const

const fieldLine = (field: Record<string, unknown>, indent: string): string => {
  const options = (field['options'] as { value: string }[] | undefined)?.map((option) => option.value)
  const details = [
    field['type'],
    ...flags.filter((flag) => field[flag]),
    ...(field['relationTo'] ? [`→ ${[field['relationTo']].flat().join(', ')}`] : []),
    ...(field['collection'] ? [`→ ${field['collection']}.${field['on']}`] : []),
    ...(options ? [`(${options.join(' | ')})`] : []),
    ...(field['defaultValue'] !== undefined ? [`= ${nameOf(field['defaultValue'])}`] : []),
    ...(field['access'] ? [`access: ${accessOf(field['access'] as object)}`] : []),
  ]
  return `${indent}${field['name'] ?? `<${field['type']}>`}: ${details.join(' ')}`
}

const fieldLines = (fields: Field[], indent: string): string[] =>
  fields.flatMap((field) => {
    const nested = 'fields' in field ? fieldLines(field.fields, `${indent}  `) : []
    return [fieldLine(field as never, indent), ...nested]
  })

const collectionText = (collection: CollectionConfig): string =>
  [
    collection.slug,
    `  access: ${accessOf(collection.access)}`,
    `  versions: ${nameOf(collection.versions)} lockDocuments: ${nameOf(collection.lockDocuments)}`,
    `  graphQL: ${nameOf(collection.graphQL)} endpoints: ${nameOf(collection.endpoints)} upload: ${Boolean(collection.upload)}`,
    ...(collection.indexes ?? []).map(
      ({ fields, unique }) => `  index: ${fields.join(', ')}${unique ? ' unique' : ''}`,
    ),
    ...Object.entries(collection.hooks ?? {}).map(
      ([name, hooks]) => `  ${name}: ${(hooks as unknown[]).length}`,
    ),
    '  fields:',
    ...fieldLines(collection.fields, '    '),
  ].join('\n')

/** Collections with their fields, indexes and access, in the order of their slugs. */
export const collectionsText = (config: Config): string =>
  (config.collections ?? [])
    .toSorted((a, b) => (a.slug < b.slug ? -1 : 1))
    .map(collectionText)
    .join('\n\n')

/** Endpoints, a line each. */
export const endpointsText = (endpoints: Endpoint[]): string =>
  endpoints
    .map(({ method, path }) => `${path} ${method.toUpperCase()}`)
    .sort()
    .join('\n')

const docOf = (node: ts.Node): string =>
  ts
    .getJSDocCommentsAndTags(node)
    .map((doc) => doc.getText())
    .join('\n')

const memberLines = (members: readonly ts.TypeElement[], indent: string): string[] =>
  members.filter(ts.isPropertySignature).flatMap((member) => {
    const name = `${indent}${member.name.getText()}${member.questionToken ? '?' : ''}`
    const byDefault = /@default\s+(.+)/.exec(docOf(member))?.[1]?.trim()
    const said = byDefault ? ` = ${byDefault}` : ''
    if (member.type && ts.isTypeLiteralNode(member.type))
      return [`${name}${said}`, ...memberLines(member.type.members, `${indent}  `)]
    const type = (member.type?.getText() ?? '').replace(/\s+/g, ' ')
    return [`${name}: ${type}${said}`]
  })

const literalsOf = (type: ts.TypeNode): ts.TypeLiteralNode[] => {
  if (ts.isTypeLiteralNode(type)) return [type]
  return ts.isIntersectionTypeNode(type) ? type.types.flatMap(literalsOf) : []
}

/** The tree of options with their types and defaults. */
export const optionsText = (sources: Source[]): string =>
  sources
    .filter(({ path }) => /(^|\/)options\.ts$/.test(path))
    .flatMap((source) =>
      treeOf(source).statements.flatMap((statement) => {
        if (!ts.isTypeAliasDeclaration(statement) || !/Options$/.test(statement.name.text)) return []
        const members = literalsOf(statement.type).flatMap((type) => memberLines(type.members, '  '))
        return [[statement.name.text, ...members].join('\n')]
      }),
    )
    .join('\n\n')

/** What a file exports, by name; types are marked. */
const exportsOf = (sources: Source[], path: string): string[] => {
  const source = sources.find((one) => one.path === path)
  if (!source) throw new Error(`There is no ${path}.`)
  const resolve = resolver(sources)
  const targets = new Map(importsOf(source).map(({ to, file }) => [to, file]))
  return treeOf(source).statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const to =
        statement.moduleSpecifier &&
        ts.isStringLiteral(statement.moduleSpecifier) &&
        statement.moduleSpecifier.text
      if (statement.exportClause && ts.isNamedExports(statement.exportClause))
        return statement.exportClause.elements.map(
          (one) => `${statement.isTypeOnly || one.isTypeOnly ? 'type ' : ''}${one.name.text}`,
        )
      const all = exportsOf(sources, resolve(targets.get(to || '') ?? ''))
      return statement.isTypeOnly ? all.map((name) => `type ${name.replace(/^type /, '')}`) : all
    }
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword)
    if (!isExported) return []
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map((one) => one.name.getText())
    if (ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement))
      return [`type ${statement.name.text}`]
    return 'name' in statement ? [(statement.name as ts.Identifier).text] : []
  })
}

/** What each door of the package exports. */
export const doorsText = (sources: Source[], doors: Record<string, string>): string =>
  Object.entries(doors)
    .map(([door, path]) =>
      [door, ...[...new Set(exportsOf(sources, path))].sort().map((name) => `  ${name}`)].join('\n'),
    )
    .join('\n\n')
