import ts from 'typescript'
import { lineOf, type Source, treeOf, walk } from './source.js'

/** With more of them a call no longer says which value is which. */
const most = 2

/** They give back the function that they are given: its parameters are nobody's but ours. */
const givingBack = /(^|\.)(useCallback|useEffectEvent|memo|cache)$/

const isWrapping = (node: ts.Node): boolean =>
  ts.isParenthesizedExpression(node) ||
  ts.isAsExpression(node) ||
  ts.isConditionalExpression(node) ||
  ts.isPropertyAssignment(node) ||
  ts.isObjectLiteralExpression(node) ||
  ts.isArrayLiteralExpression(node)

/**
 * Whether whoever takes the function says how it is called: it is an argument, or stands where a type is written down.
 * A type of ours is looked at where it is declared.
 */
const isDictated = (node: ts.Node): boolean => {
  let at = node
  while (isWrapping(at.parent)) at = at.parent
  const { parent } = at
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent))
    return parent.expression !== at && !givingBack.test(parent.expression.getText())
  if (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === at))
    return ts.findAncestor(parent, ts.isFunctionLike)?.type !== undefined
  if (ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent) || ts.isParameter(parent))
    return parent.type !== undefined
  return ts.isSatisfiesExpression(parent) || ts.isJsxExpression(parent)
}

const isOurs = (node: ts.SignatureDeclaration): boolean => {
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return !isDictated(node)
  if (!ts.isMethodDeclaration(node)) return true
  if (ts.isObjectLiteralExpression(node.parent)) return !isDictated(node)
  return !node.modifiers?.some((one) => one.kind === ts.SyntaxKind.OverrideKeyword)
}

const nameOf = (node: ts.Node): string => {
  const named = ts.findAncestor(node, (one) => (one as ts.NamedDeclaration).name !== undefined)
  return (named as ts.NamedDeclaration | undefined)?.name?.getText() ?? 'a function'
}

/** Functions and types of functions take at most two positional parameters; a rest is one. More are one object. */
export const checkParameters = (sources: Source[]): string[] =>
  sources.flatMap((source) => {
    const problems: string[] = []
    walk(treeOf(source), (node) => {
      if (!ts.isFunctionLike(node)) return
      const count = node.parameters.filter((one) => one.name.getText() !== 'this').length
      if (count > most && isOurs(node))
        problems.push(
          `${lineOf(source, node)}: ${nameOf(node)} takes ${count} positional parameters, at most ${most}; make them one object`,
        )
    })
    return problems
  })
