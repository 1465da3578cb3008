import type { Text } from '../scenario.ts'
import type { Operation } from '../syntax.ts'
import { c } from './c.ts'
import { python } from './python.ts'
import { spelled } from './spelling.ts'

export type Language = 'python' | 'c' | 'typescript'

export function programOf(
  operations: readonly Operation[],
  language: Language,
): string | { readonly unsayable: Text } {
  return spelled(language === 'c' ? c : python, operations)
}
