import type { Operation } from '../language/syntax.ts'
import type { Text } from '../scenario.ts'
import { c } from './c.ts'
import { python } from './python.ts'
import { Scope } from './scope.ts'
import { type Dialect, spelled } from './spelling.ts'
import { typescript, unsayable } from './typescript.ts'

/** A language in which an experiment can be had as a program. */
export type Language = 'python' | 'c' | 'typescript'

const dialects: Readonly<Record<Language, Dialect>> = { python, c, typescript }

/**
 * The same operations as a program to copy and run: it prints each with what it came to, as a transcript does. Where a
 * language has no way to say one of them, why not.
 */
export function programOf(
  operations: readonly Operation[],
  language: Language,
): string | { readonly unsayable: Text } {
  const reason = language === 'typescript' ? refusal(operations) : null
  return reason === null ? spelled(dialects[language], operations) : { unsayable: reason }
}

function refusal(operations: readonly Operation[]): Text | null {
  const scope = new Scope(operations, name => name)
  for (const operation of operations) {
    const reason = unsayable(operation, scope)
    if (reason !== null) return reason
    scope.pass(operation)
  }
  return null
}
