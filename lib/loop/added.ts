import { Descriptor } from '../core/index.ts'
import type { FdLike } from '../sys/index.ts'
import type { EventHandler } from './slots.ts'

/** How often the kernel is asked whether a number is still what was registered: each time would cost as much as a read. */
const eventsPerLook = 256

/** A user's handler with what it was registered for, which is kept from the collector that way. */
export class Added implements EventHandler {
  readonly #target: FdLike
  readonly #handler: (events: number) => void
  readonly #isGhost: () => boolean
  #events = 0

  /** @param isGhost asks the kernel whether the descriptor was closed, and leaves the registration's slot to its ghost */
  constructor(target: FdLike, handler: (events: number) => void, isGhost: () => boolean) {
    this.#target = target
    this.#handler = handler
    this.#isGhost = isGhost
  }

  onEvents(events: number): void {
    // A duplicate of a descriptor that was closed and never removed is reported without end.
    if (this.#isSuspect() && this.#isGhost()) return
    const handler = this.#handler
    handler(events)
  }

  #isSuspect(): boolean {
    const target = this.#target
    if (target instanceof Descriptor && target.closed) return true
    this.#events = (this.#events + 1) % eventsPerLook
    return this.#events === 0
  }
}
