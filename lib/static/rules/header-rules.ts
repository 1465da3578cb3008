import { type Fields, trimmed } from '../../http/index.ts'
import { PathPattern, type Place } from './path-pattern.ts'

export interface HeaderRulesError {
  /** From 1. */
  readonly line: number
  readonly message: string
}

/** What stands below one path. */
interface Rule {
  readonly line: number
  /** Null where it is wrong. */
  path: PathPattern | null
  readonly fields: [name: string, value: string][]
  /** Names in lower case. */
  readonly detached: string[]
}

// Far above what any site has; a file beyond them is not one of rules.
const textCharactersMax = 262_144
const lineCharactersMax = 8192
const rulesMax = 1000
/** A file of another kind is wrong in each of its lines. */
const errorsMax = 100

/** What the answer's framing, its connection, and its validators say: the server alone knows it. */
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
/** Netlify asks for a password where Basic-Auth stands; as fields, all of these would protect nothing. */
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
const places = /\*|:[A-Za-z]\w*/g
const placeNames = /:([A-Za-z]\w*)/g

class LineError extends Error {}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new LineError('a path has a bad escape (a percent sign itself is %25)')
  }
}

/** One place in a segment leaves one way to match it. */
function checkPlaces(path: string): void {
  const names = (path.match(places) ?? []).map(place => (place === '*' ? ':splat' : place))
  if (path.split('*').length > 2) throw new LineError('a path has one * at most')
  if (new Set(names).size < names.length) throw new LineError('two places of a path have one name')
  if (path.split('/').some(segment => (segment.match(places)?.length ?? 0) > 1)) {
    throw new LineError('between two slashes a path has one * or :name at most')
  }
}

/** A rule for one host, as Cloudflare has it: this server does not know under which names it is reached. */
function hasHost(path: string): boolean {
  return /^https?:\/\//i.test(path)
}

function pathPattern(path: string): PathPattern {
  if (path.includes('\ufffd')) throw new LineError('a path is not UTF-8: save the file as UTF-8')
  if (!path.startsWith('/')) {
    throw new LineError('a path begins with / (and what belongs to it is indented)')
  }
  checkPlaces(path)
  const parts: (string | Place)[] = []
  let end = 0
  for (const { 0: place, index } of path.matchAll(places)) {
    const isSplat = place === '*'
    parts.push(decoded(path.slice(end, index)), {
      name: isSplat ? 'splat' : place.slice(1),
      isSplat,
    })
    end = index + place.length
  }
  return new PathPattern([...parts, decoded(path.slice(end))])
}

function fieldName(text: string): string {
  // White space as the format means it: what other alphabets have of it must not vanish unseen.
  const name = trimmed(text)
  if (!token.test(name)) throw new LineError(`no name of a field: ${JSON.stringify(name)}`)
  const key = name.toLowerCase()
  if (serverFields.has(key)) throw new LineError(`${name} is the server's to say`)
  if (authenticationFields.has(key)) {
    throw new LineError(
      `${name} protects nothing here: there is no authentication, and everybody gets the files`,
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
  if (colon < 0) throw new LineError('neither "Name: value" nor "! Name"')
  const name = fieldName(text.slice(0, colon))
  const value = trimmed(text.slice(colon + 1))
  if (value === '') throw new LineError(`${name} has no value`)
  if (!fieldValue.test(value)) {
    throw new LineError(`the value of ${name} is not ASCII without control characters`)
  }
  if (name.toLowerCase() === 'content-encoding' && !contentEncodings.has(value)) {
    throw new LineError(`${name} is br, gzip or zstd, got ${JSON.stringify(value)}`)
  }
  rule.fields.push([name, value])
}

/** What a path has at a place, as it stands in a URL: no comma, quote or space of it means anything in a field. */
function escaped(text: string): string {
  return text.split('/').map(encodeURIComponent).join('/')
}

function filled(value: string, groups: Readonly<Record<string, string>>): string {
  return value.replace(placeNames, (place, name: string) => {
    const text = groups[name]
    return text === undefined ? place : escaped(text)
  })
}

/** Set-Cookie alone cannot be joined (RFC 9110 section 5.3), and two codings would mean one around the other. */
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
   * The fields for a path, which is decoded and normalised and begins with a slash. Every rule that matches applies, in
   * the file's order; values of one name are joined. A default is left out where a rule sets its name or detaches it.
   *
   * @param applies whether rules for a field, its name in lower case, are for this answer
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

/** Reads line by line; what is wrong is kept with its line, and the rest is read all the same. */
class Reader {
  readonly rules: Rule[] = []
  readonly errors: HeaderRulesError[] = []
  readonly warnings: HeaderRulesError[] = []
  /** What the next field belongs to, if a path has come. */
  #rule: Rule | undefined

  read(line: number, text: string): void {
    try {
      const isPath = /^[^ \t#]/.test(text)
      if (isPath) this.#begin(line)
      if (text.length > lineCharactersMax) {
        throw new LineError(
          `a line has ${lineCharactersMax} characters at most, and this one ${text.length}`,
        )
      }
      const content = trimmed(text)
      if (content === '' || content.startsWith('#')) return
      if (this.#rule === undefined) throw new LineError('no path stands above this field')
      if (isPath) this.#open(this.#rule, content)
      else addField(this.#rule, content)
    } catch (error) {
      if (!(error instanceof LineError)) throw error
      this.errors.push({ line, message: error.message })
    }
  }

  /** A path that turns out wrong begins a rule too: the fields below it belong to no other. */
  #begin(line: number): void {
    this.end()
    this.#rule = { line, path: null, fields: [], detached: [] }
  }

  #open(rule: Rule, path: string): void {
    if (hasHost(path)) {
      const message = `a rule for one host is left out, as rules are for every host: ${path}`
      this.warnings.push({ line: rule.line, message })
      return
    }
    rule.path = pathPattern(path)
    if (this.rules.length === rulesMax) throw new LineError(`there are ${rulesMax} paths at most`)
    this.rules.push(rule)
  }

  /** Paths in a row do not share what follows the last of them; taking that silently would lose a field. */
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
 * Reads a `_headers` file, in the format of Netlify and Cloudflare Pages. What is wrong is left out of the rules and
 * told by line; it is the caller's to refuse the file then. A pure function.
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

/** Why the text is no file of rules at all. */
function problemOf(text: string): string | null {
  if (text.includes('\0')) {
    return 'the file is UTF-16, as PowerShell writes it, or no text: save it as UTF-8 (Out-File -Encoding utf8)'
  }
  if (text.length <= textCharactersMax) return null
  return `a file of rules has ${textCharactersMax} characters at most`
}

function readLines(reader: Reader, text: string): void {
  for (const [i, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    if (reader.errors.length < errorsMax) reader.read(i + 1, line)
  }
}
