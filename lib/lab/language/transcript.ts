import type { Step } from '../record.ts'

/** A run in lines: each operation with what it came to. It can be read again as a program that expects that. */
export function transcriptOf(steps: readonly Pick<Step, 'op' | 'outcome'>[]): string {
  const width = Math.max(0, ...steps.map(({ op }) => op.length))
  return steps.map(({ op, outcome }) => `${op.padEnd(width)} -> ${outcome}\n`).join('')
}
