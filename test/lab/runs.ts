// Programs for the runner, and the outcomes of their runs.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { LabError, type RunRecord } from '../../lib/lab/index.ts'
import { operationsOf } from './programs.ts'

export const simple = operationsOf('pipe r w; ep E; add E r IN|ET; write w 5; wait E')
/** Blocks forever: the program reads from a pipe that only it could write to. */
export const endless = operationsOf('pipe r w; setblocking r; read r 1; write w 1')
/** Blocks forever in a child process, which does not end by itself when its parent ends. */
export const endlessOther = operationsOf('pipe r w; setblocking r; process P r w; in P read r 1')

export function outcomes({ steps }: RunRecord): string[] {
  return steps.map(({ outcome }) => outcome)
}

export const fails = (code: string, says: RegExp) => (error: unknown) => {
  assert.ok(error instanceof LabError)
  assert.deepEqual([error.name, error.code], ['LabError', code])
  assert.match(error.message, says)
  return true
}

export function isThere(pid: number): boolean {
  try {
    return !/^.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/** Waits until a process has ended. If it was not killed, the test fails at its time limit. */
export async function gone(pid: number): Promise<void> {
  while (isThere(pid)) await setImmediate()
}

export const soon = { timeout: 60_000 }
