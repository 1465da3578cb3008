// Checks that every regular expression in lib takes linear time.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import typescript from 'typescript'
import { superlinear } from './linear.js'

/** @typedef {{ line: number, source: string | null, flags: string, text: string }} Found source is null where it is made while the program runs */

/**
 * @param {typescript.Expression | undefined} expression
 * @returns {string | null}
 */
function writtenText(expression) {
  return expression !== undefined && typescript.isStringLiteralLike(expression)
    ? expression.text
    : null
}

/**
 * The regular expressions of a source: literals, calls to RegExp, and arguments of string methods.
 *
 * @param {string} file
 * @param {string} text
 * @returns {Found[]}
 */
export function regexesOf(file, text) {
  const tree = typescript.createSourceFile(file, text, typescript.ScriptTarget.ES2022, true)
  /** @type {Found[]} */
  const found = []
  const add = (
    /** @type {typescript.Node} */ node,
    /** @type {string | null} */ source,
    flags = '',
  ) => {
    const { line } = tree.getLineAndCharacterOfPosition(node.getStart())
    found.push({ line: line + 1, source, flags, text: node.getText() })
  }
  const visit = (/** @type {typescript.Node} */ node) => {
    if (typescript.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/')
      add(node, node.text.slice(1, end), node.text.slice(end + 1))
    } else if (typescript.isNewExpression(node) || typescript.isCallExpression(node)) {
      const { expression: called, arguments: [first, second] = [] } = node
      const isOwn = typescript.isPropertyAccessExpression(called)
      const name = isOwn ? called.name.text : typescript.isIdentifier(called) ? called.text : ''
      const [source, flags] = [writtenText(first), second === undefined ? '' : writtenText(second)]
      if (name === 'RegExp') add(node, flags === null ? null : source, flags ?? '')
      // These methods convert a string to a regular expression.
      else if (isOwn && /^(match|matchAll|search)$/.test(name) && source !== null) add(node, source)
    }
    typescript.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

/**
 * Checks that each regular expression of the library takes linear time on any text.
 *
 * @param {string} root of the project
 * @returns {string[]} the problems, one line each
 */
export function checkRegexes(root) {
  const lib = join(root, 'lib')
  return readdirSync(lib, { recursive: true, encoding: 'utf8' })
    .filter(file => /\.[cm]?[jt]sx?$/.test(file))
    .sort()
    .flatMap(file =>
      regexesOf(file, readFileSync(join(lib, file), 'utf8')).flatMap(
        ({ line, source, flags, text }) => {
          const place = `lib/${file}:${line}: ${text}`
          if (source === null) return [`${place}: built at run time: write a literal, or a loop`]
          const attack = superlinear(source, flags)
          return attack === null ? [] : [`${place}: takes more than linear time on ${attack}`]
        },
      ),
    )
}
