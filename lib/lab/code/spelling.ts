import type { Operation } from '../language/syntax.ts'
import { namesOf } from './scope.ts'

/** A generator of programs in one language. */
export interface Dialect {
  /** Whether a variable cannot have this name. */
  readonly isReserved: (word: string) => boolean
  /** Matches strings and comments, in which no identifiers are looked for. */
  readonly silent: RegExp
  /** Writes the whole program, with names spelled by `spell`. */
  readonly write: (operations: readonly Operation[], spell: (name: string) => string) => string
}

export function identifiersIn(code: string, silent: RegExp): Set<string> {
  return new Set(code.replace(silent, '""').match(/(?<!\w)[A-Za-z_]\w*/g))
}

/** The parts that a text uses, directly or indirectly, in the table's order. */
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
 * Writes the program twice: first with placeholders, to find the identifiers that it uses, and then with names that do
 * not collide with them. A colliding name gets a `_` at the end.
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
