import type { Operation } from './syntax.ts'
import { segmentsIn } from './tokens.ts'

/** A line of a transcript, split but not parsed, because modules add operations that the parser does not know. */
export interface ScriptLine extends Pick<Operation, 'asks' | 'expected'> {
  /** The operation in canonical form, without `?` and outcome. */
  readonly op: string
}

/** Splits a transcript into lines, one for each step. */
export function scriptOf(transcript: string): ScriptLine[] {
  return [...segmentsIn(transcript)].map(({ tokens, asks, expected }) => ({
    op: tokens.map(({ text }) => text).join(' '),
    asks,
    expected,
  }))
}
