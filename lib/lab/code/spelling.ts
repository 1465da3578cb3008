import type { Operation } from '../language/syntax.ts'
import { namesOf } from './scope.ts'

/** How programs of a language are written. */
export interface Dialect {
  /** Words that no variable may have there, whether the program says them or not. */
  readonly isReserved: (word: string) => boolean
  /** Strings and comments: what they say are no identifiers. */
  readonly silent: RegExp
  /** The whole program, each name of it spelled so. */
  readonly write: (operations: readonly Operation[], spell: (name: string) => string) => string
}

export function identifiersIn(code: string, silent: RegExp): Set<string> {
  return new Set(code.replace(silent, '""').match(/(?<!\w)[A-Za-z_]\w*/g))
}

/** The parts that a text uses, and those that these use, in the order of the table. */
export function partsFor(
  text: string,
  parts: Readonly<Record<string, string>>,
  silent: RegExp,
): string[] {
  const used = new Set<string>()
  const look = (code: string): void => {
    const said = identifiersIn(code, silent)
    for (const [name, part] of Object.entries(parts)) {
      if (used.has(name) || !said.has(name)) continue
      used.add(name)
      look(part)
    }
  }
  look(text)
  return Object.entries(parts).flatMap(([name, part]) => (used.has(name) ? [part] : []))
}

/**
 * Writes the program twice: first with marks for its names, to see which words are taken, then with names that are
 * none of them. A name that is taken gets a `_` at its end.
 */
export function spelled(dialect: Dialect, operations: readonly Operation[]): string {
  const names = namesOf(operations)
  const marks = new Map(names.map((name, i) => [name, `\uE000${i}\uE001`]))
  const draft = dialect.write(operations, name => marks.get(name)!)
  const taken = identifiersIn(draft, dialect.silent)
  const spellings = new Map<string, string>()
  for (const name of names) {
    let spelling = name
    const isFree = (): boolean => !taken.has(spelling) && !dialect.isReserved(spelling)
    while (!isFree() || (spelling !== name && names.includes(spelling))) spelling += '_'
    taken.add(spelling)
    spellings.set(name, spelling)
  }
  return dialect.write(operations, name => spellings.get(name)!)
}
