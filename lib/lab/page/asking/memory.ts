import { type ReadonlySignal, signal } from '@preact/signals'
import { keep, recall } from './storage.ts'

/** The reader's predictions in each finished experiment. They stay in this browser. */
export type Memory = Readonly<Record<string, readonly (string | null)[]>>

const name = 'predictions'
const current = signal<Memory>(read())

function read(): Memory {
  try {
    const value: unknown = JSON.parse(recall(name) ?? '{}')
    return typeof value === 'object' && value !== null ? (value as Memory) : {}
  } catch {
    return {}
  }
}

export const memory: ReadonlySignal<Memory> = current

export function remember(id: string, predictions: readonly (string | null)[]): void {
  current.value = { ...current.peek(), [id]: predictions }
  keep(name, JSON.stringify(current.value))
}
