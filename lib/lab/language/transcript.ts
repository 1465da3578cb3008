import type { Step } from '../record.ts'

/** A run as a transcript: a valid program that expects the outcomes of this run. */
export function transcriptOf(steps: readonly Pick<Step, 'op' | 'outcome'>[]): string {
  const width = Math.max(0, ...steps.map(({ op }) => op.length))
  return steps.map(({ op, outcome }) => `${op.padEnd(width)} -> ${outcome}\n`).join('')
}
