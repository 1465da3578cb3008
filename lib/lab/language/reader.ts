import { nameCharsMax, operationBytesMax } from '../limits.ts'
import { type Flag, flags, type Payload, type Place } from './syntax.ts'
import type { Segment, Token } from './tokens.ts'
import type { Kind } from './vocabulary.ts'

/** A mistake in a program and its place. The parser throws and catches it; callers never see it. */
export class Mistake extends Error {
  readonly place: Place

  constructor(message: string, { line, column }: Place) {
    super(message)
    this.place = { line, column }
  }
}

const nameForm = /^[A-Za-z][A-Za-z0-9_]*$/
const quotedMax = 24

/** Quotes a word for an error message, shortened if necessary. */
export function quoted(text: string): string {
  return `'${text.length > quotedMax ? `${text.slice(0, quotedMax)}...` : text}'`
}

/** The names bound so far, with their kinds. */
export type Names = Map<string, Kind>

/** Reads the words of one operation. Methods throw {@link Mistake}. */
export class Reader {
  readonly names: Names
  readonly #tokens: readonly Token[]
  readonly #end: Place
  /** The first word is the operation itself. */
  #at = 1

  constructor(segment: Segment, names: Names) {
    this.names = names
    this.#tokens = segment.tokens
    const last = segment.tokens.at(-1)
    const column = last === undefined ? segment.column : last.column + last.text.length
    this.#end = { line: segment.line, column }
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length
  }

  /** Takes the next word. `what` describes it in the error message. */
  word(what: string): Token {
    const token = this.#tokens[this.#at]
    if (token === undefined) throw new Mistake(`expected ${what}, got the end`, this.#end)
    this.#at++
    return token
  }

  nextIs(form: RegExp): boolean {
    return form.test(this.#tokens[this.#at]?.text ?? '')
  }

  /** Takes the next word if it is `text`. */
  takes(text: string): boolean {
    if (this.#tokens[this.#at]?.text !== text) return false
    this.#at++
    return true
  }

  /** Takes a new name and binds it. */
  newName(kind: Kind): string {
    return this.bind(this.word('a new name'), kind)
  }

  bind(token: Token, kind: Kind): string {
    checkName(token)
    const bound = this.names.get(token.text)
    if (bound !== undefined)
      throw new Mistake(`${quoted(token.text)} is already bound to ${a(bound)}`, token)
    this.names.set(token.text, kind)
    return token.text
  }

  isNewName(): boolean {
    const text = this.#tokens[this.#at]?.text
    return text !== undefined && !this.names.has(text)
  }

  /** Takes a bound name; it must be of one of these kinds. */
  name(...kinds: readonly Kind[]): string {
    const token = this.word(`the name of ${listed(kinds)}`)
    checkName(token)
    const kind = this.names.get(token.text)
    if (kind === undefined)
      throw new Mistake(`${quoted(token.text)} is not defined: open it first`, token)
    if (!kinds.includes(kind))
      throw new Mistake(`expected ${listed(kinds)}, got ${token.text}, which is ${a(kind)}`, token)
    return token.text
  }

  kindOf(name: string): Kind {
    return this.names.get(name)!
  }

  number(what: string, min: number, max: number): number {
    const token = this.word(what)
    return numberOf(token.text, token, what, min, max)
  }

  /** Like number(), but returns `otherwise` if the operation has no more words. */
  optionalNumber(what: string, min: number, max: number, otherwise: number): number {
    return this.atEnd ? otherwise : this.number(what, min, max)
  }

  oneOf<T extends string>(what: string, choices: readonly T[]): T {
    const token = this.word(`${what}: ${choices.join(', ')}`)
    const found = choices.find(choice => choice === token.text)
    if (found === undefined)
      throw new Mistake(`expected ${what}: ${choices.join(', ')}; got ${quoted(token.text)}`, token)
    return found
  }

  mask(): Flag[] {
    const token = this.word('a mask, for example IN|ET')
    if (token.text === '0') return []
    const given = token.text.split('|')
    const wrong = given.find(flag => !flags.some(one => one === flag))
    if (wrong !== undefined)
      throw new Mistake(
        `${quoted(wrong)} is not a flag; the flags are ${flags.join(', ')}, or 0 for none`,
        token,
      )
    return flags.filter(flag => given.includes(flag))
  }

  payload(): Payload {
    const token = this.word('a number of bytes, or "text"')
    if (!token.text.startsWith('"'))
      return { bytes: numberOf(token.text, token, 'a number of bytes', 0, operationBytesMax) }
    try {
      return { text: JSON.parse(token.text) as string }
    } catch {
      throw new Mistake(
        `expected a text in quotes, for example "a\\n", got ${quoted(token.text)}`,
        token,
      )
    }
  }

  end(): void {
    const token = this.#tokens[this.#at]
    if (token !== undefined) throw new Mistake(`expected the end, got ${quoted(token.text)}`, token)
  }
}

function checkName(token: Token): void {
  const { text } = token
  if (text.length > nameCharsMax)
    throw new Mistake(
      `a name may have at most ${nameCharsMax} characters, got ${text.length}`,
      token,
    )
  if (!nameForm.test(text))
    throw new Mistake(
      `a name must be a letter, followed by letters, digits or _, got ${quoted(text)}`,
      token,
    )
}

export function numberOf(
  text: string,
  place: Place,
  what: string,
  min: number,
  max: number,
): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new Mistake(`expected ${what}, from ${min} to ${max}, got ${quoted(text)}`, place)
}

function a(kind: Kind): string {
  return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`
}

function listed(kinds: readonly Kind[]): string {
  const texts = kinds.map(a)
  if (texts.length < 2) return texts.join('')
  return `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`
}
