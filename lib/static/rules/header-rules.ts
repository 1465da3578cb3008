import { type Fields, trimmed } from '../../http/index.ts'
import { PathPattern, type Placeholder } from './path-pattern.ts'

export interface HeaderRulesError {
  /** From 1. */
  readonly line: number
  readonly message: string
}

/** A path with the fields below it. */
interface Rule {
  readonly line: number
  /** Null if the path is invalid. */
  path: PathPattern | null
  readonly fields: [name: string, value: string][]
  /** The field names of the `! Name` lines below the path, in lower case. */
  readonly detached: string[]
}

// Far more than any site needs.
const textCharactersMax = 262_144
const lineCharactersMax = 8192
const rulesMax = 1000
/** Reading stops after this many errors: if the file contains something else, every line is an error. */
const errorsMax = 100

/** Fields that only the server can know, such as those for an answer's framing, connection and validators. */
const serverFields = new Set([
  'accept-ranges',
  'allow',
  'connection',
  'content-length',
  'content-range',
  'date',
  'etag',
  'host',
  'keep-alive',
  'last-modified',
  'location',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
/**
 * On Netlify, a Basic-Auth rule protects files with a password. Here such lines would become fields without any effect.
 */
const authenticationFields = new Set([
  'authorization',
  'basic-auth',
  'proxy-authenticate',
  'proxy-authorization',
  'www-authenticate',
])
const contentEncodings = new Set(['br', 'gzip', 'zstd'])
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const fieldValue = /^[\t\x20-\x7e]*$/
const placeholders = /\*|:[A-Za-z]\w*/g
const placeholderNames = /:([A-Za-z]\w*)/g

class LineError extends Error {}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new LineError('the path has an invalid escape: write a percent sign as %25')
  }
}

/** Checks that a path can match in one way only, as {@link PathPattern} needs. */
function checkPlaceholders(path: string): void {
  const names = (path.match(placeholders) ?? []).map(found => (found === '*' ? ':splat' : found))
  if (path.split('*').length > 2) throw new LineError('the path has more than one *')
  if (new Set(names).size < names.length)
    throw new LineError('the path uses a placeholder name twice')
  if (path.split('/').some(segment => (segment.match(placeholders)?.length ?? 0) > 1)) {
    throw new LineError('the path has more than one * or :name between two slashes')
  }
}

/** Cloudflare has rules for a single host, but this server doesn't know its own host names. */
function hasHost(path: string): boolean {
  return /^https?:\/\//i.test(path)
}

function pathPattern(path: string): PathPattern {
  if (path.includes('\ufffd')) throw new LineError('the path is not UTF-8: save the file as UTF-8')
  if (!path.startsWith('/')) {
    throw new LineError('expected a path that begins with /; indent the fields below it')
  }
  checkPlaceholders(path)
  const parts: (string | Placeholder)[] = []
  let end = 0
  for (const { 0: found, index } of path.matchAll(placeholders)) {
    const isSplat = found === '*'
    parts.push(decoded(path.slice(end, index)), {
      name: isSplat ? 'splat' : found.slice(1),
      isSplat,
    })
    end = index + found.length
  }
  return new PathPattern([...parts, decoded(path.slice(end))])
}

function fieldName(text: string): string {
  // trim() would also remove Unicode spaces, and would hide an invalid name.
  const name = trimmed(text)
  if (!token.test(name)) throw new LineError(`expected a field name, got ${JSON.stringify(name)}`)
  const key = name.toLowerCase()
  if (serverFields.has(key)) throw new LineError(`${name} is set by the server: remove this line`)
  if (authenticationFields.has(key)) {
    throw new LineError(
      `${name} protects nothing here: this server has no authentication and serves the files to everyone`,
    )
  }
  return name
}

function addField(rule: Rule, text: string): void {
  if (/^![ \t]/.test(text)) {
    rule.detached.push(fieldName(text.slice(1)).toLowerCase())
    return
  }
  const colon = text.indexOf(':')
  if (colon < 0) throw new LineError('expected "Name: value" or "! Name"')
  const name = fieldName(text.slice(0, colon))
  const value = trimmed(text.slice(colon + 1))
  if (value === '') throw new LineError(`${name} has no value`)
  if (!fieldValue.test(value)) {
    throw new LineError(`the value of ${name} must be ASCII without control characters`)
  }
  if (name.toLowerCase() === 'content-encoding' && !contentEncodings.has(value)) {
    throw new LineError(`${name} must be br, gzip or zstd, got ${JSON.stringify(value)}`)
  }
  rule.fields.push([name, value])
}

/** URL-encodes a placeholder's value, so that a comma, quote or space in a path can't change a field's meaning. */
function escaped(text: string): string {
  return text.split('/').map(encodeURIComponent).join('/')
}

function filled(value: string, groups: Readonly<Record<string, string>>): string {
  return value.replace(placeholderNames, (placeholder, name: string) => {
    const text = groups[name]
    return text === undefined ? placeholder : escaped(text)
  })
}

/**
 * Joins values with commas, except Set-Cookie (RFC 9110 section 5.3). The last Content-Encoding replaces earlier ones.
 */
function add(fields: Map<string, [name: string, values: string[]]>, name: string, value: string) {
  const key = name.toLowerCase()
  const [, values] = fields.get(key) ?? []
  if (values === undefined) fields.set(key, [name, [value]])
  else if (key === 'set-cookie') values.push(value)
  else if (key === 'content-encoding') values[0] = value
  else values[0] += `, ${value}`
}

/** The rules of one `_headers` file; made by {@link parseHeaderRules}. */
export class HeaderRules {
  readonly #rules: readonly Rule[]

  /** @internal */
  constructor(rules: readonly Rule[]) {
    this.#rules = rules
  }

  /**
   * The fields for a decoded, normalised path. All rules that match apply, in the order of the file; values of one name
   * are joined. A default is left out if a rule sets its name or removes it with `!`.
   *
   * @param applies whether this answer takes rules for a field; the name is in lower case
   */
  fieldsFor(
    path: string,
    defaults: Fields = [],
    applies = (_name: string): boolean => true,
  ): Fields {
    const names = path.split('/')
    const fields = new Map<string, [name: string, values: string[]]>()
    const replaced = new Set<string>()
    for (const rule of this.#rules) {
      const groups = rule.path?.match(path, names) ?? null
      if (groups === null) continue
      for (const key of rule.detached.filter(applies)) {
        replaced.add(key)
        fields.delete(key)
      }
      for (const [name, value] of rule.fields) {
        if (!applies(name.toLowerCase())) continue
        replaced.add(name.toLowerCase())
        add(fields, name, filled(value, groups))
      }
    }
    return [
      ...defaults.filter(([name]) => !replaced.has(name.toLowerCase())),
      ...[...fields.values()].flatMap(([name, values]) =>
        values.map(value => [name, value] as const),
      ),
    ]
  }
}

/** Reads rules line by line, and continues after an error. */
class Reader {
  readonly rules: Rule[] = []
  readonly errors: HeaderRulesError[] = []
  readonly warnings: HeaderRulesError[] = []
  /** The rule that the next field belongs to. */
  #rule: Rule | undefined

  read(line: number, text: string): void {
    try {
      const isPath = /^[^ \t#]/.test(text)
      if (isPath) this.#begin(line)
      if (text.length > lineCharactersMax) {
        throw new LineError(
          `expected a line of at most ${lineCharactersMax} characters, got ${text.length}`,
        )
      }
      const content = trimmed(text)
      if (content === '' || content.startsWith('#')) return
      if (this.#rule === undefined) throw new LineError('there is no path above this field')
      if (isPath) this.#open(this.#rule, content)
      else addField(this.#rule, content)
    } catch (error) {
      if (!(error instanceof LineError)) throw error
      this.errors.push({ line, message: error.message })
    }
  }

  /** An invalid path begins a rule too, because the fields below it don't belong to the rule above. */
  #begin(line: number): void {
    this.end()
    this.#rule = { line, path: null, fields: [], detached: [] }
  }

  #open(rule: Rule, path: string): void {
    if (hasHost(path)) {
      const message = `this rule for one host is ignored, as rules apply to every host: ${path}`
      this.warnings.push({ line: rule.line, message })
      return
    }
    rule.path = pathPattern(path)
    if (this.rules.length === rulesMax) throw new LineError(`expected at most ${rulesMax} paths`)
    this.rules.push(rule)
  }

  /** A path without fields is an error: paths in a row don't share the fields below the last of them. */
  end(): void {
    const rule = this.#rule
    if (rule === undefined || rule.fields.length + rule.detached.length > 0) return
    const { line } = rule
    if (!this.errors.some(error => error.line >= line)) {
      this.errors.push({ line, message: 'a path without fields' })
    }
  }
}

/**
 * Parses a `_headers` file in the format of Netlify and Cloudflare Pages. Invalid lines are left out of the rules and
 * reported in `errors`; the caller refuses the file.
 */
export function parseHeaderRules(text: string): {
  rules: HeaderRules
  errors: readonly HeaderRulesError[]
  warnings: readonly HeaderRulesError[]
} {
  const reader = new Reader()
  const problem = problemOf(text)
  if (problem !== null) reader.errors.push({ line: 1, message: problem })
  else readLines(reader, text)
  reader.end()
  return { rules: new HeaderRules(reader.rules), errors: reader.errors, warnings: reader.warnings }
}

/** Why the text can't be a rules file at all, or null. */
function problemOf(text: string): string | null {
  if (text.includes('\0')) {
    return 'the file is not text, or it is UTF-16 from PowerShell: save it as UTF-8 (Out-File -Encoding utf8)'
  }
  if (text.length <= textCharactersMax) return null
  return `expected a file of at most ${textCharactersMax} characters`
}

function readLines(reader: Reader, text: string): void {
  for (const [i, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    if (reader.errors.length < errorsMax) reader.read(i + 1, line)
  }
}
