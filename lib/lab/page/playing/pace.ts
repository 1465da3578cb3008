import { type ReadonlySignal, signal } from '@preact/signals'
import { keep, recall } from '../asking/storage.ts'

export const speeds: readonly number[] = [0.5, 1, 2, 4]
const name = 'speed'
const current = signal(speeds.find(one => String(one) === recall(name)) ?? 1)

/** How fast steps are played. */
export const speed: ReadonlySignal<number> = current

export function setSpeed(next: number): void {
  current.value = next
  keep(name, String(next))
}

/** Whether the reader has asked their system for less motion. */
export function prefersStillness(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches
}
