import { segmentsOf } from './tokens.ts'

/** A line of a transcript, split but not parsed, because modules add operations that the parser does not know. */
export interface ScriptLine {
  /** The operation in canonical form, without `?` and outcome. */
  readonly op: string
  /** Whether a `?` asks for a prediction. */
  readonly asks: boolean
  /** The pattern after `->`, or null. */
  readonly expected: string | null
}

/** Splits a transcript into lines, one for each step. */
export function scriptOf(transcript: string): ScriptLine[] {
  return segmentsOf(transcript).map(({ tokens, asks, expected }) => ({
    op: tokens.map(({ text }) => text).join(' '),
    asks,
    expected,
  }))
}
