import { type ReadonlySignal, signal } from '@preact/signals'
import { keep, recall } from '../asking/storage.ts'

export const speeds: readonly number[] = [0.5, 1, 2, 4]
const name = 'speed'
const current = signal(speeds.find(one => String(one) === recall(name)) ?? 1)

/** The speed at which steps are played; 1 is normal. */
export const speed: ReadonlySignal<number> = current

export function setSpeed(next: number): void {
  current.value = next
  keep(name, String(next))
}

/** Whether the reader's system asks for reduced motion. */
export function prefersStillness(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches
}
