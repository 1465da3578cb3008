// Programs and what the parser makes of them.
import assert from 'node:assert/strict'
import { type Operation, parse } from '../../lib/lab/index.ts'

/** Opens a descriptor of each kind; the names n and m stay free. */
export const before = [
  'pipe r w; pair a b; listen L; eventfd e; timerfd t 5; open f file; ep E',
  'thread T wait E; process P r',
].join('\n')

export function operationsOf(text: string): readonly Operation[] {
  const parsed = parse(text)
  if ('problems' in parsed) assert.fail(`${text}: ${JSON.stringify(parsed.problems)}`)
  return parsed.operations
}

/** The last operation of a program that first opens a descriptor of each kind. */
export function lastOf(text: string): Operation {
  return operationsOf(`${before}\n${text}`).at(-1)!
}

/** `line:column message` of each mistake. */
export function problemsOf(text: string): string[] {
  const parsed = parse(text)
  if (!('problems' in parsed)) return []
  return parsed.problems.map(({ line, column, message }) => `${line}:${column} ${message}`)
}
