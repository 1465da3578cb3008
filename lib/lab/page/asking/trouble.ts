import type { SyntaxProblem } from '../../language/syntax.ts'

/**
 * Why there is no answer: the server is not there, is there without a lab, does not know this page any more, has no
 * time, or the run did not come to its end.
 */
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

  /** @param message what the other side said, if anything */
  constructor(kind: TroubleKind, message = '', problems: readonly SyntaxProblem[] = []) {
    super(message)
    this.kind = kind
    this.problems = problems
  }
}
