import { segmentsOf } from './tokens.ts'

/** A line of an experiment's transcript, read without asking what its words mean: a module has words of its own. */
export interface ScriptLine {
  /** The operation in its one spelling, without prediction mark and outcome. */
  readonly op: string
  /** Whether a `?` asks for a prediction. */
  readonly asks: boolean
  /** What stands behind `->`: a pattern for the outcome; null where nothing is expected. */
  readonly expected: string | null
}

/** The lines of a transcript, one for each step of a run. */
export function scriptOf(transcript: string): ScriptLine[] {
  return segmentsOf(transcript).map(({ tokens, asks, expected }) => ({
    op: tokens.map(({ text }) => text).join(' '),
    asks,
    expected,
  }))
}
