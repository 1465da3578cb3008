import type { SyntaxProblem } from '../../language/syntax.ts'

/** Why there is no answer. For example, `unserved`: the server has no lab; `refused`: it rejects this page's token. */
export type TroubleKind =
  | 'gone'
  | 'unserved'
  | 'refused'
  | 'busy'
  | 'timeout'
  | 'crashed'
  | 'mistakes'
  | 'recorded'
  | 'missing'
  | 'other'

export class Trouble extends Error {
  override readonly name = 'Trouble'
  readonly kind: TroubleKind
  readonly problems: readonly SyntaxProblem[]

  /** @param message the server's message, if there is one */
  constructor(kind: TroubleKind, message = '', problems: readonly SyntaxProblem[] = []) {
    super(message)
    this.kind = kind
    this.problems = problems
  }
}
