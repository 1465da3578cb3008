import { type ReadonlySignal, signal } from '@preact/signals'
import { matches } from '../../language/outcome.ts'
import { keep, recall } from './storage.ts'

/** A finished experiment: for each question the prediction, null if the reader skipped it, and the kernel's outcome. */
export interface Finished {
  readonly predictions: readonly (string | null)[]
  readonly outcomes: readonly string[]
}

/** The finished experiments by id. They stay in this browser. */
export type Memory = Readonly<Record<string, Finished>>

const name = 'finished'
const current = signal<Memory>(read())

function read(): Memory {
  try {
    const value: unknown = JSON.parse(recall(name) ?? '{}')
    if (typeof value !== 'object' || value === null) return {}
    return Object.fromEntries(Object.entries(value).filter(([, one]) => isFinished(one)))
  } catch {
    return {}
  }
}

/** An earlier version of the page may have stored something else. */
function isFinished(value: unknown): value is Finished {
  if (typeof value !== 'object' || value === null) return false
  const { predictions, outcomes } = value as Partial<Record<keyof Finished, unknown>>
  return (
    Array.isArray(predictions) &&
    Array.isArray(outcomes) &&
    predictions.every(one => one === null || typeof one === 'string') &&
    outcomes.every(one => typeof one === 'string')
  )
}

export const memory: ReadonlySignal<Memory> = current

export function remember(id: string, finished: Finished): void {
  current.value = { ...current.peek(), [id]: finished }
  keep(name, JSON.stringify(current.value))
}

/** Whether the kernel answered otherwise than predicted, at least once. */
export function isSurprise({ predictions, outcomes }: Finished): boolean {
  return predictions.some(
    (prediction, i) => prediction !== null && !matches(prediction, outcomes[i] ?? ''),
  )
}
