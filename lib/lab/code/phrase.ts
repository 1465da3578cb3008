import type { Action } from '../language/syntax.ts'
import type { Scope } from './scope.ts'

/** What an operation is in a language. */
export interface Phrase {
  /** What has to be said before. */
  readonly first?: readonly string[]
  /** The call. */
  readonly call: string
  /** The names of what it opens. */
  readonly opens?: readonly string[]
  /** What it opens has its variable already. */
  readonly isBound?: boolean
}

/** The action of an operation. */
export type ActionOf<Op, A = Action> = A extends { readonly op: infer Ops }
  ? Op extends Ops
    ? A
    : never
  : never

/** What others do is said by what they do; these say it of threads and processes themselves. */
type Said = Exclude<Action['op'], 'thread' | 'process' | 'in'>

/** Every operation in a language. */
export type Phrases = {
  readonly [Op in Said]: (action: ActionOf<Op>, scope: Scope) => Phrase | string
}

export function phraseOf(phrases: Phrases, action: Action, scope: Scope): Phrase {
  if (action.op === 'thread' || action.op === 'process' || action.op === 'in')
    throw new Error(`a language says '${action.op}' itself`)
  const phrase = phrases[action.op] as (action: Action, scope: Scope) => Phrase | string
  const said = phrase(action, scope)
  return typeof said === 'string' ? { call: said } : said
}

const columnsMax = 96

/** A call on one line, or an argument a line where that is too long. */
export function callLines(
  head: string,
  args: readonly string[],
  tail: string,
  indent = '    ',
  lastComma = ',',
): string[] {
  const line = `${head}(${args.join(', ')})${tail}`
  if (line.length <= columnsMax) return [line]
  const rows = args.map((arg, i) => `${indent}${arg}${i < args.length - 1 ? ',' : lastComma}`)
  return [`${head}(`, ...rows, `)${tail}`]
}
