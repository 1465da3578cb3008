import type { Action } from '../language/syntax.ts'
import type { Scope } from './scope.ts'

/** An operation, written in a programming language. */
export interface Phrase {
  /** Statements before the call. */
  readonly first?: readonly string[]
  /** The call. */
  readonly call: string
  /** The names that the operation binds. */
  readonly opens?: readonly string[]
  /** True if the bound name already has a variable. */
  readonly isBound?: boolean
}

export type ActionOf<Op, A = Action> = A extends { readonly op: infer Ops }
  ? Op extends Ops
    ? A
    : never
  : never

/** All operations except those that run on other threads or processes. */
type Said = Exclude<Action['op'], 'thread' | 'process' | 'in'>

/** For each operation, a function that writes it in a language. */
export type Phrases = {
  readonly [Op in Said]: (action: ActionOf<Op>, scope: Scope) => Phrase | string
}

export function phraseOf(phrases: Phrases, action: Action, scope: Scope): Phrase {
  if (action.op === 'thread' || action.op === 'process' || action.op === 'in')
    throw new Error(`'${action.op}' has no phrase`)
  const phrase = phrases[action.op] as (action: Action, scope: Scope) => Phrase | string
  const said = phrase(action, scope)
  return typeof said === 'string' ? { call: said } : said
}

const columnsMax = 96

/** A call on one line, or with one argument per line if that is too long. */
export function callLines(head: string, args: readonly string[], indent = '    '): string[] {
  const line = `${head}(${args.join(', ')})`
  if (line.length <= columnsMax) return [line]
  return [`${head}(`, ...args.map(arg => `${indent}${arg},`), ')']
}
