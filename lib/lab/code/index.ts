import type { Operation } from '../language/syntax.ts'
import type { Text } from '../scenario.ts'
import { c } from './c.ts'
import { python } from './python.ts'
import { Scope } from './scope.ts'
import { type Dialect, spelled } from './spelling.ts'
import { typescript, unsayable } from './typescript.ts'

/** The languages of generated programs. */
export type Language = 'python' | 'c' | 'typescript'

const dialects: Readonly<Record<Language, Dialect>> = { python, c, typescript }

/**
 * Generates a program that performs the operations and prints their outcomes as a transcript. If the language cannot
 * express one of them, returns the reason.
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
