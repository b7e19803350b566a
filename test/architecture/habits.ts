import ts from 'typescript'
import { lineOf, type Source, treeOf, walk } from './source.js'

/** The longest file, in lines. */
const maxLines = 400

export const checkLength = (sources: Source[]): string[] =>
  sources.flatMap(({ path, text }) => {
    const lines = text.split('\n').length - 1
    return lines > maxLines ? [`${path}: ${lines} lines, at most ${maxLines}`] : []
  })

const lumber = /(^|\/)(utils?|utilities|helpers?|common|shared|lib|misc)(\/|\.tsx?$)/i

/** A thing lives in the lowest room that all its users share. */
export const checkLumberRooms = (sources: Source[]): string[] =>
  sources.flatMap(({ path }) => (lumber.test(path) ? [`${path}: a lumber room; say what is in it`] : []))

const operations: Record<string, string[]> = {
  find: ['depth'],
  findByID: ['depth'],
  findDistinct: ['depth'],
  count: [],
  create: ['depth'],
  update: ['depth'],
  delete: ['depth'],
  duplicate: ['depth'],
  findVersions: ['depth'],
  findVersionByID: ['depth'],
  restoreVersion: ['depth'],
  findGlobal: ['depth'],
  updateGlobal: ['depth'],
  login: ['depth'],
}

const isLocalAPI = (node: ts.CallExpression): string | null => {
  const { expression } = node
  if (!ts.isPropertyAccessExpression(expression) || !(expression.name.text in operations)) return null
  const of = expression.expression.getText()
  return /(^|\.)payload$/.test(of) ? expression.name.text : null
}

/** Each call of Payload's Local API says whether access counts, how deep it reads and whose request it is part of. */
export const checkLocalAPI = (sources: Source[]): string[] =>
  sources.flatMap((source) => {
    const problems: string[] = []
    walk(treeOf(source), (node) => {
      const operation = ts.isCallExpression(node) && isLocalAPI(node)
      if (!operation) return
      const [args] = (node as ts.CallExpression).arguments
      const names =
        args && ts.isObjectLiteralExpression(args)
          ? args.properties.flatMap((one) => (one.name ? [one.name.getText().replace(/['"]/g, '')] : []))
          : []
      const missing = ['overrideAccess', ...operations[operation]!, 'req'].filter(
        (name) => !names.includes(name),
      )
      if (missing.length)
        problems.push(`${lineOf(source, node)}: payload.${operation} without ${missing.join(', ')}`)
    })
    return problems
  })

const answers = 'core/endpoint.ts'

/** Answers of the server are made in one place. */
export const checkAnswers = (sources: Source[]): string[] =>
  sources.flatMap((source) => {
    if (source.path === answers) return []
    const problems: string[] = []
    walk(treeOf(source), (node) => {
      const isNew = ts.isNewExpression(node) && node.expression.getText() === 'Response'
      const isMade =
        ts.isCallExpression(node) && /^Response\.(json|redirect|error)$/.test(node.expression.getText())
      if (isNew || isMade) problems.push(`${lineOf(source, node)}: a raw Response outside ${answers}`)
    })
    return problems
  })

/** What the site logs goes through Payload's logger; the commands write to their own output. */
export const checkConsole = (sources: Source[]): string[] =>
  sources.flatMap((source) => {
    const problems: string[] = []
    walk(treeOf(source), (node) => {
      if (ts.isPropertyAccessExpression(node) && node.expression.getText() === 'console')
        problems.push(`${lineOf(source, node)}: ${node.getText()}; use payload.logger`)
    })
    return problems
  })

const docOf = (node: ts.Node): string =>
  ts
    .getJSDocCommentsAndTags(node)
    .map((doc) => doc.getText())
    .join('\n')

const membersOf = (source: Source, prefix: string, members: readonly ts.TypeElement[]): string[] =>
  members.flatMap((member) => {
    if (!ts.isPropertySignature(member)) return []
    const name = `${prefix}.${member.name.getText()}`
    const doc = docOf(member)
    const at = lineOf(source, member)
    // A group is explained by what is in it.
    const isDescribed = doc.replace(/@\w+[\s\S]*/, '').replace(/[\s*/]/g, '') !== ''
    if (member.type && ts.isTypeLiteralNode(member.type) && !/@default/.test(doc))
      return membersOf(source, name, member.type.members)
    const isOptions = /^\w+Options$/.test(member.type?.getText() ?? '')
    return [
      ...(isDescribed ? [] : [`${at}: ${name} says nothing of what it does`]),
      ...(member.questionToken && !isOptions && !/@default\s+\S/.test(doc)
        ? [`${at}: ${name} is optional and names no @default`]
        : []),
    ]
  })

const literalsOf = (type: ts.TypeNode): ts.TypeLiteralNode[] => {
  if (ts.isTypeLiteralNode(type)) return [type]
  return ts.isIntersectionTypeNode(type) ? type.types.flatMap(literalsOf) : []
}

/** Every option says what it does and, where it can be left out, what then holds. */
export const checkOptions = (sources: Source[]): string[] =>
  sources
    .filter(({ path }) => /(^|\/)options\.ts$/.test(path))
    .flatMap((source) =>
      treeOf(source).statements.flatMap((statement) =>
        ts.isTypeAliasDeclaration(statement) && /Options$/.test(statement.name.text)
          ? literalsOf(statement.type).flatMap((type) => membersOf(source, statement.name.text, type.members))
          : [],
      ),
    )
