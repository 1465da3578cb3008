import { Descriptor } from '../core/index.ts'
import type { FdLike } from '../sys/index.ts'
import type { EventHandler } from './slots.ts'

/** How many events pass between two checks for a ghost. A check costs as much as a read. */
const eventsPerCheck = 256

/** A user's handler. Holds the registered object, so that it is not garbage-collected. */
export class Added implements EventHandler {
  readonly #target: FdLike
  readonly #handler: (events: number) => void
  readonly #isGhost: () => boolean
  #events = 0

  /** @param isGhost asks the kernel whether the descriptor was closed, and if so drops the handler */
  constructor(target: FdLike, handler: (events: number) => void, isGhost: () => boolean) {
    this.#target = target
    this.#handler = handler
    this.#isGhost = isGhost
  }

  onEvents(events: number): void {
    // The kernel keeps reporting a closed descriptor while a duplicate of it is open.
    if (this.#isSuspect() && this.#isGhost()) return
    const handler = this.#handler
    handler(events)
  }

  #isSuspect(): boolean {
    const target = this.#target
    if (target instanceof Descriptor && target.closed) return true
    this.#events = (this.#events + 1) % eventsPerCheck
    return this.#events === 0
  }
}
