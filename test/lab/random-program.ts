// Random programs of any operations in any order; the same seed gives the same programs. The grammar's own rules run
// with a reader that makes up words, so operations added to the language are included automatically.

import { rules } from '../../lib/lab/language/grammar.ts'
import { parse } from '../../lib/lab/language/parse.ts'
import { actionText } from '../../lib/lab/language/print.ts'
import { Mistake, type Names, Reader } from '../../lib/lab/language/reader.ts'
import { type Flag, flags, type Payload } from '../../lib/lab/language/syntax.ts'
import type { Token } from '../../lib/lab/language/tokens.ts'
import { type Kind, vocabulary } from '../../lib/lab/language/vocabulary.ts'
import { below, pick } from '../http/random.ts'

type Random = () => number

const nowhere = { line: 1, column: 1 }
const nothing = { ...nowhere, tokens: [], asks: false, expected: null, arrow: null }
/** Long waits would only slow the tests down. */
const millisecondsMax = 5
/** Small, because draining a semaphore takes one read per count. */
const mosts: Readonly<Record<string, number>> = { 'a count': 70_000 }
const sizes = [1, 3, 100, 4096, 70_000, 2_000_000_000]
const operations = Object.keys(vocabulary)

/** A reader that makes up random words instead of reading them. */
class Chooser extends Reader {
  readonly #random: Random
  #asked = ''

  constructor(random: Random, names: Names) {
    super(nothing, names)
    this.#random = random
  }

  override get atEnd(): boolean {
    return this.#random() < 0.5
  }

  override word(what: string): Token {
    if (this.#asked !== '') return this.#token(`${this.#asked}${1 + below(this.#random, 3)}`)
    if (what === 'a new name') return this.#token(`n${this.names.size}`)
    if (what === 'an operation') return this.#token(pick(this.#random, operations))
    return this.#token(String(below(this.#random, millisecondsMax)))
  }

  /** Answers at random. If the form is a prefix such as `max=` and the answer is true, the next word begins with it. */
  override nextIs(form: RegExp): boolean {
    const [, begin] = /^\^(\w+=)$/.exec(form.source) ?? []
    this.#asked = begin !== undefined && this.#random() < 0.5 ? begin : ''
    return begin === undefined ? this.#random() < 0.5 : this.#asked !== ''
  }

  override takes(): boolean {
    return this.#random() < 0.5
  }

  override isNewName(): boolean {
    return this.#random() < 0.5
  }

  /** Any bound name of these kinds, even if it is closed. */
  override name(...kinds: readonly Kind[]): string {
    const fit = [...this.names].filter(([, kind]) => kinds.includes(kind))
    if (fit.length === 0) throw new Mistake('there is none yet', nowhere)
    return pick(this.#random, fit)[0]
  }

  override number(what: string, min: number, max: number): number {
    const most = Math.min(
      max,
      what.startsWith('milliseconds') ? millisecondsMax : (mosts[what] ?? max),
    )
    // Draining /dev/zero one byte at a time would take longer than a run may take.
    const least = what === 'bytes each time' ? 1000 : min
    return Math.min(most, Math.max(least, pick(this.#random, [min, ...sizes])))
  }

  override oneOf<T extends string>(_what: string, choices: readonly T[]): T {
    return pick(this.#random, choices)
  }

  override mask(): Flag[] {
    return flags.filter(() => this.#random() < 0.2)
  }

  override payload(): Payload {
    return this.#random() < 0.2
      ? { text: 'a\u001b[31m"\\\u0000é' }
      : { bytes: this.number('bytes', 0, 4_194_304) }
  }

  override end(): void {}

  #token(text: string): Token {
    this.#asked = ''
    return { ...nowhere, text }
  }
}

/** Operations that reorder the free descriptor numbers, and operations that then use these numbers. */
const hostile =
  'exhaust release close dup dup2 process in thread exit write read pipe open drain fill'.split(' ')

export interface Allowed {
  readonly threads: boolean
  readonly processes: boolean
  /** Allows operations that make a descriptor blocking, so that a run may end at its time limit. */
  readonly blocking?: boolean
}

/** A program of at most `length` lines. Threads and processes are used only if allowed, because they take time. */
export function randomProgram(random: Random, length: number, others: Allowed): string {
  const names: Names = new Map()
  const lines: string[] = []
  const left = new Set([
    ...(others.threads ? [] : ['thread', 'join', 'done']),
    ...(others.processes ? [] : ['process', 'in', 'exit']),
    ...(others.blocking ? [] : ['setblocking']),
  ])
  for (let tries = 0; lines.length < length && tries < 50 * length; tries++) {
    const operation = pick(random, random() < 0.4 ? hostile : operations)
    if (left.has(operation)) continue
    const bound = new Map(names)
    const line = lineOf(operation, random, bound)
    if (line === null || 'problems' in parse([...lines, line].join('\n'))) continue
    lines.push(line)
    for (const [name, kind] of bound) names.set(name, kind)
  }
  return lines.join('\n')
}

/** Returns null if the operation needs a name of a kind that is not bound yet. */
function lineOf(operation: string, random: Random, names: Names): string | null {
  for (let tries = 0; tries < 10; tries++) {
    try {
      const bound: Names = new Map(names)
      const line = actionText(rules[operation]!(new Chooser(random, bound)))
      for (const [name, kind] of bound) names.set(name, kind)
      return line
    } catch (error) {
      if (!(error instanceof Mistake)) throw error
    }
  }
  return null
}
